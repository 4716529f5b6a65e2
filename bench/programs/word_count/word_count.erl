-module(word_count).
-export([main/0]).
count([], M) -> M;
count([Word | Words], M) -> count(Words, M#{Word => maps:get(Word, M, 0) + 1}).
run(Text) ->
    Counts = count(binary:split(Text, <<" ">>, [global]), #{}),
    maps:fold(fun(_, N, Sum) -> Sum + N * N end, 0, Counts).
main() ->
    Words = ["word-" ++ integer_to_list(I * I rem 20011) || I <- lists:seq(0, 99999)],
    Text = iolist_to_binary(lists:join(" ", Words)),
    measure:measure(fun() -> run(Text) end).
