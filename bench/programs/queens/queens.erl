-module(queens).
-export([main/0]).
safe(_, _, []) -> true;
safe(Column, _, [Column | _]) -> false;
safe(Column, Distance, [Head | _]) when Distance == abs(Column - Head) -> false;
safe(Column, Distance, [_ | Tail]) -> safe(Column, Distance + 1, Tail).
solutions(Size, _, Size, _) -> 1;
solutions(_, Size, Size, _) -> 0;
solutions(Row, Column, Size, Placed) ->
    Here = case safe(Column, 1, Placed) of
        true -> solutions(Row + 1, 0, Size, [Column | Placed]);
        false -> 0
    end,
    Here + solutions(Row, Column + 1, Size, Placed).
main() -> measure:measure(fun() -> solutions(0, 0, 10, []) end).
