%% Evaluates Erlang expressions sent to a socket in the node's own folder. A command of rabbitmqctl
%% takes half a second to start; this takes a millisecond, and most tests want a virtual host.

Evaluate = fun(Text) ->
    {ok, Tokens, _} = erl_scan:string(binary_to_list(Text)),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Expressions, []),
    Value
end,

Answer = fun(Text) ->
    try io_lib:format("ok ~0p", [Evaluate(Text)])
    catch _:Reason -> io_lib:format("error ~0p", [Reason])
    end
end,

Serve = fun Next(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    case gen_tcp:recv(Socket, 0) of
        {ok, Text} -> gen_tcp:send(Socket, unicode:characters_to_binary(Answer(Text)));
        {error, _} -> gone
    end,
    gen_tcp:close(Socket),
    Next(Listener)
end,

spawn(fun() ->
    Path = filename:join(os:getenv("HOME"), "control"),
    {ok, Listener} = gen_tcp:listen(0, [local, {ifaddr, {local, Path}}, binary, {packet, 4}, {active, false}]),
    Serve(Listener)
end).
