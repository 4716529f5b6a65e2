-module(mandelbrot).
-export([main/0]).
steps(_, _, _, _, 50) -> 50;
steps(Cx, Cy, X, Y, N) ->
    XX = X * X,
    YY = Y * Y,
    if
        XX + YY > 4.0 -> N;
        true -> steps(Cx, Cy, XX - YY + Cx, 2.0 * X * Y + Cy, N + 1)
    end.
rows(Size, Size, Sum) -> Sum;
rows(Row, Size, Sum) -> rows(Row + 1, Size, columns(Row, 0, Size, Sum)).
columns(_, Size, Size, Sum) -> Sum;
columns(Row, Column, Size, Sum) ->
    Steps = steps(3.0 * Column / Size - 2.0, 2.0 * Row / Size - 1.0, 0.0, 0.0, 0),
    columns(Row, Column + 1, Size, Sum + Steps).
main() -> measure:measure(fun() -> rows(0, 300, 0) end).
