-module(maps_bench).
-export([main/0]).
-define(SIZE, 100000).
key(I) -> (I * 7919) rem ?SIZE.
fill(M, ?SIZE) -> M;
fill(M, I) -> fill(maps:put(key(I), I, M), I + 1).
look(_, ?SIZE, Sum) -> Sum;
look(M, I, Sum) -> look(M, I + 1, Sum + maps:get(I, M)).
half(M, I) when I >= ?SIZE -> M;
half(M, I) -> half(maps:remove(I, M), I + 2).
run() ->
    M = fill(#{}, 0),
    look(M, 0, 0) + maps:fold(fun(K, _, Sum) -> Sum + K end, 0, half(M, 0)).
main() -> measure:measure(fun run/0).
