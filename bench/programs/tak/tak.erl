-module(tak).
-export([main/0]).
tak(X, Y, Z) when Y < X -> tak(tak(X - 1, Y, Z), tak(Y - 1, Z, X), tak(Z - 1, X, Y));
tak(_, _, Z) -> Z.
run(0, Sum) -> Sum;
run(N, Sum) -> run(N - 1, Sum + tak(24, 16, 8)).
main() -> measure:measure(fun() -> run(20, 0) end).
