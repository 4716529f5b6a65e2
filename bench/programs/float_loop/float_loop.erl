-module(float_loop).
-export([main/0]).
run(I, N, _, Sum) when I > N -> floor(1000 * Sum);
run(I, N, X, Sum) ->
    Next = 3.9 * X * (1.0 - X),
    run(I + 1, N, Next, Sum + Next / I).
main() -> measure:measure(fun() -> run(1, 5000000, 0.5, 0.0) end).
