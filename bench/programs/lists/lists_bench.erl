-module(lists_bench).
-export([main/0]).
build(0, Xs) -> Xs;
build(N, Xs) -> build(N - 1, [N | Xs]).
run() ->
    lists:foldl(fun(X, Sum) -> X + Sum end, 0,
        lists:filter(fun(X) -> X rem 3 == 0 end,
            lists:map(fun(X) -> X * 2 end, lists:reverse(build(1000000, []))))).
main() -> measure:measure(fun run/0).
