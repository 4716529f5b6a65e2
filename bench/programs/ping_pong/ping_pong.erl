-module(ping_pong).
-export([main/0]).
pong() -> receive {ping, From, N} -> From ! N, pong(); stop -> ok end.
ping(P, 0) -> P ! stop, ':done';
ping(P, N) -> P ! {ping, self(), N}, receive N -> ok end, ping(P, N - 1).
main() -> measure:measure(fun() -> ping(spawn(fun pong/0), 200000) end).
