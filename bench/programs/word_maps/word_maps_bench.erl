-module(word_maps_bench).
-export([main/0]).
words() -> [list_to_binary("word-" ++ integer_to_list((I * I) rem 20011)) || I <- lists:seq(0, 199999)].
count([], M) -> M;
count([W | Words], M) -> count(Words, maps:put(W, 1 + maps:get(W, M, 0), M)).
run(Words) ->
    maps:fold(fun(_, N, Sum) -> Sum + N * N end, 0, count(Words, #{})).
main() ->
    Words = words(),
    measure:measure(fun() -> run(Words) end).
