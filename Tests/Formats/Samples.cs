namespace AgentManagement.Tests.Formats;

/// <summary>Files in each format, in words of our own, with all that the format's table knows and some that it does not.</summary>
internal static class Samples
{
    public static readonly ImmutableArray<(string Format, string Path, string Text)> All =
    [
        ("ndjson", "lines.ndjson",
            """
            {"id":"night-desk","name":"Night desk","type":"conversational","description":"Answers at night.","config":{"model":{"provider":"openai","id":"gpt-5"},"instructions":{"template":"Be brief."},"tools":[{"id":"clock"}]},"tags":["night"],"icon":"🌙","metadata":{"team":"desk"}}
            """),
        ("claude", ".claude/agents/harbour-pilot.md",
            """
            ---
            name: harbour-pilot
            description: Guides ships into the harbour. Use when a ship calls.
            tools: Read, Grep, Bash(git log:*), Bash(tide --now), mcp__charts__find
            model: sonnet
            effort: high
            maxTurns: 12
            color: blue
            argument-hint: Which ship?
            permissionMode: plan
            skills: [depths, currents]
            mcpServers:
              charts:
                type: http
                url: https://charts.example.com/mcp
                headers:
                  Authorization: Bearer ${CHARTS_TOKEN}
            ---

            You know every rock.

            - Tell the depth first.
            """),
        ("copilot", ".github/agents/Tide Table.agent.md",
            """
            ---
            name: Tide Table
            description: Says when the water is high.
            argument-hint: Which port, which day?
            tools: ['search/codebase', 'charts/*', 'web search']
            model: ['Claude Sonnet 4.5 (copilot)', 'GPT-5']
            target: vscode
            agents: [Harbour Pilot, '*']
            handoffs:
              - label: Bring it in
                agent: Harbour Pilot
                prompt: Guide the ship in.
                send: true
              - label: Look again
                agent: Harbour Pilot
                prompt: The tide turned.
            mcp-servers:
              charts:
                type: local
                command: charts-server
                args: [--quiet]
                tools: ["*"]
                env:
                  CHARTS_TOKEN: ${{ secrets.CHARTS_TOKEN }}
            ---
            Give the hour in local time.
            """),
        ("mcp", "lighthouse/.mcp.json",
            """
            {
              "mcpServers": {
                "charts": { "command": "npx", "args": ["-y", "charts-server"], "env": { "CHARTS_API_KEY": "${CHARTS_API_KEY}", "ZONE": "north" }, "disabled": true, "autoApprove": ["find"] },
                "weather": { "type": "http", "url": "https://weather.example.com/mcp", "headers": { "X-API-Key": "<your weather key>" }, "timeout": 30000 },
                "signals": { "type": "sse", "serverUrl": "https://signals.example.com/sse", "timeout": 60 },
                "odd": { "url": "https://${HOST}/mcp" }
              }
            }
            """),
        ("mcp", "lighthouse/.vscode/mcp.json",
            """
            {
              // What the editor asks for.
              "inputs": [{ "type": "promptString", "id": "charts", "description": "Key of the charts", "password": true }],
              "servers": {
                "charts": { "type": "stdio", "command": "uvx", "args": ["charts"], "cwd": "${workspaceFolder}", "env": { "KEY": "${input:charts}" }, "dev": { "watch": "src/**" }, },
              },
            }
            """),
        ("openai", "tide.json",
            """
            {
              "name": "Tide clerk", "description": "Knows the tides.", "model": "gpt-5", "instructions": "Say the hour.", "temperature": 0.2, "top_p": 0.9,
              "max_output_tokens": 900, "reasoning": { "effort": "low", "summary": "auto" }, "parallel_tool_calls": false, "stream": true, "store": false,
              "text": { "verbosity": "low", "format": { "type": "json_schema", "name": "tide", "strict": true, "schema": { "type": "object", "properties": { "hour": { "type": "string" } } } } },
              "tools": [
                { "type": "function", "name": "depth_at", "description": "Depth of a place.", "strict": true, "parameters": { "type": "object", "properties": { "place": { "type": "string" } }, "required": ["place"] } },
                { "type": "file_search", "vector_store_ids": ["vs_tides"], "max_num_results": 8, "ranking_options": { "score_threshold": 0.3, "ranker": "auto" } },
                { "type": "web_search_preview", "search_context_size": "low" },
                { "type": "mcp", "server_label": "charts", "server_url": "https://charts.example.com/mcp", "allowed_tools": ["find"], "require_approval": "never", "authorization": "$CHARTS_TOKEN" },
                { "type": "code_interpreter", "container": { "type": "auto" } },
                { "type": "local_shell" },
                { "type": "custom", "name": "free" }
              ],
              "metadata": { "team": "harbour" }
            }
            """),
        ("openai", "assistant.json",
            """
            {
              "id": "asst_Pilot01", "object": "assistant", "created_at": 1730000000, "name": "Pilot", "description": null, "model": "gpt-4o", "instructions": "Guide.",
              "tools": [{ "type": "code_interpreter" }, { "type": "file_search", "file_search": { "max_num_results": 5 } },
                { "type": "function", "function": { "name": "depth_at", "description": "Depth.", "parameters": { "type": "object", "properties": {} }, "strict": false } }],
              "tool_resources": { "file_search": { "vector_store_ids": ["vs_1"] }, "code_interpreter": { "file_ids": ["file-1"] } },
              "response_format": { "type": "json_schema", "json_schema": { "name": "answer", "schema": { "type": "object" } } },
              "reasoning_effort": "medium", "temperature": 1, "top_p": 1, "metadata": {}
            }
            """),
        ("dify", "tide.yml",
            """
            app: {name: Tide helper, description: Says when., mode: agent-chat, icon: 🌊, icon_background: '#FFF', use_icon_as_answer_icon: false}
            kind: app
            version: 0.3.0
            dependencies: []
            model_config:
              pre_prompt: You help {{port}}.
              model: {provider: langgenius/openai/openai, name: gpt-4o, mode: chat, completion_params: {temperature: 0.3, top_p: 0.8, max_tokens: 512, stop: [END], frequency_penalty: 0.1, top_logprobs: 2}}
              opening_statement: Ahoy.
              suggested_questions: [When is it high?, Which port?]
              suggested_questions_after_answer: {enabled: true}
              user_input_form:
                - text-input: {label: Port, variable: port, required: true, max_length: 48, default: ''}
                - select: {label: Unit, variable: unit, required: false, options: [m, ft]}
                - paragraph: {label: Notes, variable: notes, required: false}
                - external_data_tool: {variable: feed}
              dataset_configs:
                datasets: {datasets: [{dataset: {enabled: true, id: ds-tides}}]}
                retrieval_model: multiple
                top_k: 4
                score_threshold: 0.5
                reranking_enable: true
                reranking_model: {reranking_provider_name: cohere, reranking_model_name: rerank-3}
              agent_mode:
                enabled: true
                max_iteration: 5
                strategy: function_call
                tools:
                  - {enabled: true, provider_id: time, provider_type: builtin, tool_label: Clock, tool_name: current_time, tool_parameters: {zone: utc}}
              file_upload: {enabled: true, image: {enabled: false, number_limits: 3}}
            """),
        ("dify", "flow.yml",
            """
            kind: app
            version: 0.3.0
            app: {name: Tide flow, mode: advanced-chat, icon: 🌊}
            workflow:
              conversation_variables: []
              environment_variables:
                - {name: CHART_KEY, value: '', value_type: secret}
              features: {opening_statement: Ahoy., suggested_questions: [Which port?]}
              graph:
                edges: [{source: start, target: llm}]
                nodes:
                  - {id: start, data: {type: start, variables: [{variable: port, type: text-input}]}}
                  - {id: look, data: {type: knowledge-retrieval, dataset_ids: [ds-tides]}}
                  - id: llm
                    data:
                      type: llm
                      model: {provider: langgenius/anthropic/anthropic, name: claude-x, completion_params: {temperature: 0.7}}
                      prompt_template: [{role: system, text: Know the tides.}, {role: user, text: 'Port: {{#start.port#}}'}]
                  - {id: second, data: {type: llm, model: {provider: openai, name: gpt-4o}, prompt_template: [{role: system, text: Check it.}]}}
            """),
        ("m365", "appPackage/declarativeAgent.json",
            """
            {
              "$schema": "https://developer.microsoft.com/json-schemas/copilot/declarative-agent/v1.5/schema.json", "version": "v1.5", "id": "pilotAgent",
              "name": "Pilot", "description": "Guides ships.", "instructions": "Tell the depth.",
              "conversation_starters": [{ "title": "Depth", "text": "How deep is it?" }, { "text": "Which way?" }],
              "capabilities": [
                { "name": "WebSearch", "sites": [{ "url": "https://tides.example.com" }, { "url": "not an address" }] },
                { "name": "CodeInterpreter" }, { "name": "GraphicArt" },
                { "name": "GraphConnectors", "connections": [{ "connection_id": "depths", "additional_search_terms": "x" }] },
                { "name": "OneDriveAndSharePoint", "items_by_url": [{ "url": "https://harbour.example.com/sites/charts" }], "items_by_sharepoint_ids": [] },
                { "name": "TeamsMessages", "urls": [] }
              ],
              "actions": [{ "id": "chartsPlugin", "file": "charts-plugin.json" }],
              "worker_agents": [{ "id": "P_Tides" }],
              "disclaimer": { "text": "No warranty." }
            }
            """),
        ("a2a", "agent-card.json",
            """
            {
              "protocolVersion": "0.3.0", "name": "Pilot", "description": "Guides ships.", "url": "https://pilot.example.com/a2a", "version": "1.2.0",
              "provider": { "organization": "Harbour office", "url": "https://harbour.example.com" }, "iconUrl": "https://harbour.example.com/i.png",
              "documentationUrl": "https://harbour.example.com/docs", "capabilities": { "streaming": true, "pushNotifications": false },
              "defaultInputModes": ["text/plain"], "defaultOutputModes": ["application/json"],
              "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "X-API-Key" } }, "security": [{ "key": [] }],
              "skills": [
                { "id": "depth", "name": "Depth", "description": "Tells the depth.", "tags": ["water"], "examples": ["How deep?"] },
                { "id": "two words", "name": "Odd", "description": "", "tags": [] }
              ]
            }
            """),
        ("lobechat", "pilot.json",
            """
            {
              "author": "gull", "createdAt": "2025-01-01", "homepage": "https://example.com/gull", "identifier": "harbour-pilot", "schemaVersion": 1, "tokenUsage": 12,
              "meta": { "title": "Harbour pilot", "description": "Guides ships.", "avatar": "⚓", "tags": ["ships", "water"], "category": "life" },
              "config": {
                "systemRole": "You know every rock.", "openingMessage": "Ahoy.", "openingQuestions": ["How deep?"], "model": "gpt-4o", "provider": "openai",
                "params": { "temperature": 0.4, "top_p": 1 }, "plugins": ["clock", "search"], "historyCount": 8, "enableHistoryCount": true, "displayMode": "chat"
              },
              "examples": [{ "role": "user", "content": "How deep?" }, { "role": "assistant", "content": "Four metres." }]
            }
            """),
        ("letta", "pilot.af",
            """
            {
              "agent_type": "memgpt_agent", "name": "Pilot", "description": "Guides ships.", "system": "You know every rock.", "tags": ["ships"], "version": "0.6.0",
              "llm_config": { "model": "gpt-4o-mini", "model_endpoint_type": "openai", "model_endpoint": "https://api.example.com/v1", "context_window": 32000, "temperature": 0.5, "handle": "openai/gpt-4o-mini" },
              "embedding_config": { "embedding_model": "embed-3", "embedding_dim": 1536 },
              "core_memory": [{ "label": "persona", "value": "I am calm.", "limit": 2000, "is_template": false }, { "label": "human", "value": "" }],
              "tools": [{ "name": "depth_at", "description": "Depth.", "source_type": "python", "source_code": "def depth_at(): pass", "json_schema": { "name": "depth_at", "parameters": { "type": "object", "properties": {} } } }],
              "messages": [], "tool_exec_environment_variables": []
            }
            """),
        ("letta", "crew.af",
            """
            { "agents": [{ "id": "agent-0", "name": "Pilot", "system": "Guide.", "block_ids": ["block-0"], "tool_ids": [], "llm_config": { "model": "m", "model_endpoint_type": "openai" } }],
              "blocks": [{ "id": "block-0", "label": "persona", "value": "Calm." }], "tools": [], "groups": [], "metadata": { "revision_id": "x" } }
            """),
        ("crewai", "agents.yaml",
            """
            Harbour_Pilot:
              role: >
                Pilot of {port}
              goal: Bring ships in
              backstory: |
                You know every rock.
                And every tide.
              llm: anthropic/claude-x
              tools: [depth, clock]
              max_iter: 12
              max_execution_time: 300
              allow_delegation: false
              verbose: true
            """),
        ("kagent", "pilot.yaml",
            """
            apiVersion: kagent.dev/v1alpha2
            kind: Agent
            metadata: {name: harbour-pilot, namespace: harbour}
            spec:
              type: Declarative
              description: Guides ships.
              declarative:
                modelConfig: gpt
                systemMessage: You know every rock.
                stream: true
                tools:
                  - type: McpServer
                    mcpServer: {apiGroup: kagent.dev, kind: RemoteMCPServer, name: charts, toolNames: [find]}
                  - type: Agent
                    agent: {name: tide-table, kind: Agent}
                  - type: Other
            ---
            apiVersion: kagent.dev/v1alpha2
            kind: ModelConfig
            metadata: {name: gpt, namespace: harbour}
            spec: {provider: OpenAI, model: gpt-4o, apiKeySecret: openai-secret, apiKeySecretKey: OPENAI_API_KEY}
            """),
        ("cagent", "pilot.yaml",
            """
            version: "2"
            metadata: {author: Gull, license: MIT, readme: Read me.}
            models:
              fast: {provider: openai, model: gpt-5-mini, max_tokens: 900, temperature: 0.2, token_key: OPENAI, parallel_tool_calls: true, provider_opts: {x: 1}}
            agents:
              root:
                model: fast
                description: Guides ships.
                instruction: |
                  You know every rock.
                welcome_message: Ahoy.
                max_iterations: 20
                sub_agents: [tide_table]
                handoffs: [Harbour Office]
                add_date: true
                toolsets:
                  - {type: think}
                  - {type: mcp, name: charts, ref: 'docker:charts', tools: [find]}
                  - {type: mcp, name: signals, remote: {url: 'https://signals.example.com/mcp', transport_type: streamable, headers: {Authorization: 'Bearer ${SIGNALS_TOKEN}'}}}
                  - {type: mcp, command: nameless}
                  - {type: shell, env: {HOME: /tmp}}
            """),
        ("cagent", "inline.yaml",
            """
            agents:
              Tide Table: {model: anthropic/claude-x, description: Tides., instruction: Say the hour.}
            """),
    ];
}
