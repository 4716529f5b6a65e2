-module(closures).
-export([main/0]).
adder(K) -> fun(X) -> X + K end.
compose(Fs) -> lists:foldl(fun(G, F) -> fun(X) -> G(F(X)) end end, fun(X) -> X end, Fs).
loop(_, N, N, Sum) -> Sum;
loop(Add, I, N, Sum) -> loop(Add, I + 1, N, Add(Sum + I) rem 1000003).
run(N) -> loop(compose([adder(K) || K <- lists:seq(0, 7)]), 0, N, 0).
main() -> measure:measure(fun() -> run(500000) end).
