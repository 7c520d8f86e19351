using AgentManagement.Cli;

return await AgentsCommand.RunAsync(args, new(Console.Out, Console.Error, Console.In, Environment.GetEnvironmentVariable));
