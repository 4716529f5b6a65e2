-module(spawn_bench).
-export([main/0]).
run(0, Sum) -> Sum;
run(N, Sum) ->
    Self = self(),
    spawn(fun() -> Self ! N end),
    run(N - 1, Sum + receive X -> X end).
main() -> measure:measure(fun() -> run(100000, 0) end).
