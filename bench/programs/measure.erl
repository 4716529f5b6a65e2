%% What the Erlang benchmarks share. Each run prints its result and its time in nanoseconds.
-module(measure).
-export([measure/1]).

measure(F) ->
    [Runs] = init:get_plain_arguments(),
    loop(F, list_to_integer(Runs)),
    halt(0).

loop(_, 0) -> ok;
loop(F, N) ->
    Start = erlang:monotonic_time(nanosecond),
    Result = F(),
    End = erlang:monotonic_time(nanosecond),
    io:format("result ~w~ntime ~w~n", [Result, End - Start]),
    loop(F, N - 1).
