-module(ackermann).
-export([main/0]).
ackermann(0, N) -> N + 1;
ackermann(M, 0) -> ackermann(M - 1, 1);
ackermann(M, N) -> ackermann(M - 1, ackermann(M, N - 1)).
main() -> measure:measure(fun() -> ackermann(3, 9) end).
