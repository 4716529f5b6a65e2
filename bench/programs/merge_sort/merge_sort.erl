-module(merge_sort).
-export([main/0]).
numbers(0, _, Done) -> Done;
numbers(N, Seed, Done) ->
    numbers(N - 1, (Seed * 1103515245 + 12345) rem 2147483648, [Seed | Done]).
reverse_onto([], End) -> End;
reverse_onto([Head | Tail], End) -> reverse_onto(Tail, [Head | End]).
merge([], Ys, Done) -> reverse_onto(Done, Ys);
merge(Xs, [], Done) -> reverse_onto(Done, Xs);
merge([X | Xs], [Y | _] = Ys, Done) when X =< Y -> merge(Xs, Ys, [X | Done]);
merge(Xs, [Y | Ys], Done) -> merge(Xs, Ys, [Y | Done]).
skip(0, Xs) -> Xs;
skip(N, [_ | Xs]) -> skip(N - 1, Xs).
sort([X | _], 1) -> [X];
sort(Xs, N) ->
    Half = N div 2,
    merge(sort(Xs, Half), sort(skip(Half, Xs), N - Half), []).
weighed([], Sum) -> Sum;
weighed([X | Xs], Sum) -> weighed(Xs, (31 * Sum + X) rem 1000003).
main() ->
    Xs = numbers(50000, 42, []),
    measure:measure(fun() -> weighed(sort(Xs, 50000), 0) end).
