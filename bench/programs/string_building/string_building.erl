-module(string_building).
-export([main/0]).
run(N) ->
    Pieces = [integer_to_binary(I) || I <- lists:seq(0, N - 1)],
    Text = iolist_to_binary(lists:join(",", Pieces)),
    1000 * byte_size(Text) + binary:at(Text, byte_size(Text) div 2).
main() -> measure:measure(fun() -> run(200000) end).
