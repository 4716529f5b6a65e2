-module(binary_trees).
-export([main/0]).
make(0) -> nil;
make(Depth) -> {make(Depth - 1), make(Depth - 1)}.
check(nil) -> 1;
check({Left, Right}) -> 1 + check(Left) + check(Right).
many(0, _, Sum) -> Sum;
many(Count, Depth, Sum) -> many(Count - 1, Depth, Sum + check(make(Depth))).
loop(D, Depth, Sum) when D > Depth -> Sum;
loop(D, Depth, Sum) -> loop(D + 2, Depth, Sum + many(1 bsl (Depth + 4 - D), D, 0)).
run(Depth) ->
    LongLived = make(Depth),
    loop(4, Depth, 0) + check(LongLived).
main() -> measure:measure(fun() -> run(12) end).
