"""The service's documents. Made by generate.py of the OpenAPI document: not to be edited."""

from typing import Any, Literal, NotRequired, TypedDict, Union


class AdoptionResponse(TypedDict):
    "How far a release has come to the runtimes of its label."

    label: str
    "The label."
    labelRevision: int
    "The label's revision that they are to have, or a later one."
    live: int
    "How many runtimes report that they run the label."
    adopted: int
    "How many of them have it, and run of the release's agents only what the label has of them."
    converged: bool
    "Whether all have it, and there are some."
    behind: list["RuntimeBehindResponse"]
    "Those that have not, at most 100."


class AgentConfigModelParams(TypedDict):
    temperature: NotRequired[Union[float, None]]
    maxTokens: NotRequired[Union[int, None]]
    topP: NotRequired[Union[float, None]]
    topK: NotRequired[Union[int, None]]
    frequencyPenalty: NotRequired[Union[float, None]]
    presencePenalty: NotRequired[Union[float, None]]
    seed: NotRequired[Union[int, None]]
    stop: NotRequired[Union[list[str], None]]
    reasoningEffort: NotRequired[Literal['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', None]]
    reasoningBudgetTokens: NotRequired[Union[int, None]]
    "Tokens that the model may think with; 0 for none."
    verbosity: NotRequired[Literal['low', 'medium', 'high', None]]
    parallelToolCalls: NotRequired[Union[bool, None]]
    stream: NotRequired[Union[bool, None]]
    providerOptions: NotRequired[Union[dict[str, Any], None]]
    "What only the provider knows; a free object."


class AgentConfigModelEndpointAuth(TypedDict):
    secretRef: str
    "The secret's address in the tenant's vault: secret://name or secret://path/name."


class AgentConfigModelEndpoint(TypedDict):
    baseUrl: NotRequired[Union[str, None]]
    region: NotRequired[Union[str, None]]
    deployment: NotRequired[Union[str, None]]
    "The name under which the provider has the model for this customer."
    apiVersion: NotRequired[Union[str, None]]
    auth: NotRequired[Union["AgentConfigModelEndpointAuth", None]]


class AgentConfigModelFallbacksItemParams(TypedDict):
    temperature: NotRequired[Union[float, None]]
    maxTokens: NotRequired[Union[int, None]]
    topP: NotRequired[Union[float, None]]
    topK: NotRequired[Union[int, None]]
    frequencyPenalty: NotRequired[Union[float, None]]
    presencePenalty: NotRequired[Union[float, None]]
    seed: NotRequired[Union[int, None]]
    stop: NotRequired[Union[list[str], None]]
    reasoningEffort: NotRequired[Literal['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', None]]
    reasoningBudgetTokens: NotRequired[Union[int, None]]
    "Tokens that the model may think with; 0 for none."
    verbosity: NotRequired[Literal['low', 'medium', 'high', None]]
    parallelToolCalls: NotRequired[Union[bool, None]]
    stream: NotRequired[Union[bool, None]]
    providerOptions: NotRequired[Union[dict[str, Any], None]]
    "What only the provider knows; a free object."


class AgentConfigModelFallbacksItemEndpointAuth(TypedDict):
    secretRef: str
    "The secret's address in the tenant's vault: secret://name or secret://path/name."


class AgentConfigModelFallbacksItemEndpoint(TypedDict):
    baseUrl: NotRequired[Union[str, None]]
    region: NotRequired[Union[str, None]]
    deployment: NotRequired[Union[str, None]]
    "The name under which the provider has the model for this customer."
    apiVersion: NotRequired[Union[str, None]]
    auth: NotRequired[Union["AgentConfigModelFallbacksItemEndpointAuth", None]]


class AgentConfigModelFallbacksItem(TypedDict):
    provider: str
    id: str
    params: NotRequired[Union["AgentConfigModelFallbacksItemParams", None]]
    endpoint: NotRequired[Union["AgentConfigModelFallbacksItemEndpoint", None]]


class AgentConfigModel(TypedDict):
    inherit: NotRequired[Union[bool, None]]
    "True for the tenant's default model, in place of provider and id."
    provider: NotRequired[Union[str, None]]
    "Who serves the model: openai, anthropic … Compared without regard to case, and by its aliases."
    id: NotRequired[Union[str, None]]
    "The provider's name of the model."
    params: NotRequired[Union["AgentConfigModelParams", None]]
    endpoint: NotRequired[Union["AgentConfigModelEndpoint", None]]
    contextWindow: NotRequired[Union[int, None]]
    "Tokens that the model takes in at most."
    fallbacks: NotRequired[Union[list["AgentConfigModelFallbacksItem"], None]]
    "Models to try, in this order, when the first cannot be reached."


class AgentConfigInstructionsVariablesValue(TypedDict):
    type: Literal['string', 'number', 'boolean', 'enum', 'file', 'list', 'object']
    label: NotRequired[Union[str, None]]
    "What people call it."
    description: NotRequired[Union[str, None]]
    default: NotRequired[Any]
    "A value of the declared type."
    required: NotRequired[Union[bool, None]]
    min: NotRequired[Union[float, None]]
    "The least number, length of a text, or items of a list."
    max: NotRequired[Union[float, None]]
    "The greatest number, length of a text, or items of a list."
    choices: NotRequired[Union[list[str], None]]
    "The values of an enum."


class AgentConfigInstructions(TypedDict):
    template: str
    "The system prompt; {{name}} stands for a variable. The tier limits its length further."
    variables: NotRequired[Union[dict[str, "AgentConfigInstructionsVariablesValue"], None]]
    "The variables of the template, by name."
    firstMessage: NotRequired[Union[str, None]]
    "What the agent says first."
    language: NotRequired[Union[str, None]]
    "The language to answer in, as a BCP 47 tag."


class AgentConfigToolsItemInvocationHttpAuth(TypedDict):
    secretRef: str
    "The secret's address in the tenant's vault: secret://name or secret://path/name."


class AgentConfigToolsItemInvocationHttp(TypedDict):
    method: Literal['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    url: str
    headers: NotRequired[Union[dict[str, str], None]]
    "Credentials only as references: secret://name."
    auth: NotRequired[Union["AgentConfigToolsItemInvocationHttpAuth", None]]


class AgentConfigToolsItemInvocationFunction(TypedDict):
    runtime: NotRequired[Union[str, None]]
    ref: str
    "What names the function there."


class AgentConfigToolsItemInvocation(TypedDict):
    "How it runs, for a tool that no registry knows."

    http: NotRequired[Union["AgentConfigToolsItemInvocationHttp", None]]
    function: NotRequired[Union["AgentConfigToolsItemInvocationFunction", None]]
    client: NotRequired[Union[dict[str, Any], None]]
    "An empty object: whoever shows the agent runs the tool."


class AgentConfigToolsItemOpenapi(TypedDict):
    "The OpenAPI document whose operations are the tools."

    ref: NotRequired[Union[str, None]]
    document: NotRequired[Union[dict[str, Any], None]]


class AgentConfigToolsItem(TypedDict):
    id: str
    "The tool's id, unique within the agent; with * at its end a set: all tools whose ids begin so."
    version: NotRequired[Union[str, None]]
    name: NotRequired[Union[str, None]]
    description: NotRequired[Union[str, None]]
    enabled: NotRequired[Union[bool, None]]
    required: NotRequired[Union[bool, None]]
    "Whether the agent cannot work without it."
    config: NotRequired[Union[dict[str, Any], None]]
    "Settings for the tool; a free object."
    permissions: NotRequired[Union[list[str], None]]
    approval: NotRequired[Literal['never', 'first_use', 'always', None]]
    "When a person must approve a call."
    timeoutSeconds: NotRequired[Union[int, None]]
    inputSchema: NotRequired[Union[dict[str, Any], None]]
    "JSON Schema of the arguments; makes this a custom tool."
    invocation: NotRequired[Union["AgentConfigToolsItemInvocation", None]]
    "How it runs, for a tool that no registry knows."
    openapi: NotRequired[Union["AgentConfigToolsItemOpenapi", None]]
    "The OpenAPI document whose operations are the tools."
    scopes: NotRequired[Union[list[str], None]]
    "Scopes that its credentials must have."


class AgentConfigMcpServersItemAuth(TypedDict):
    secretRef: str
    "The secret's address in the tenant's vault: secret://name or secret://path/name."


class AgentConfigMcpServersItem(TypedDict):
    name: str
    "Unique within the agent."
    description: NotRequired[Union[str, None]]
    enabled: NotRequired[Union[bool, None]]
    transport: NotRequired[Literal['http', 'sse', 'stdio', None]]
    "How to speak with it; http where nothing is said and there is an address."
    url: NotRequired[Union[str, None]]
    "Its address. A server has an address, a command or a name in a registry."
    registry: NotRequired[Union[str, None]]
    "Its name in a registry of servers."
    command: NotRequired[Union[str, None]]
    "The program that a runtime starts, for stdio."
    args: NotRequired[Union[list[str], None]]
    env: NotRequired[Union[dict[str, str], None]]
    "Environment variables of the program. Credentials only as references: secret://name."
    cwd: NotRequired[Union[str, None]]
    "The program's folder."
    headers: NotRequired[Union[dict[str, str], None]]
    "Credentials only as references: secret://name."
    auth: NotRequired[Union["AgentConfigMcpServersItemAuth", None]]
    timeoutSeconds: NotRequired[Union[int, None]]
    approval: NotRequired[Literal['never', 'first_use', 'always', None]]
    "When a person must approve a call."
    allowedTools: NotRequired[Union[list[str], None]]


class AgentConfigKnowledgeSourcesItemChunking(TypedDict):
    size: NotRequired[Union[int, None]]
    overlap: NotRequired[Union[int, None]]


class AgentConfigKnowledgeSourcesItem(TypedDict):
    type: Literal['collection', 'url', 'site', 'connector', 'file']
    ref: str
    "The collection's id, the address, the connector's name, or the file's address."
    when: NotRequired[Union[str, None]]
    "In words, when to look there."
    chunking: NotRequired[Union["AgentConfigKnowledgeSourcesItemChunking", None]]


class AgentConfigKnowledgeRerank(TypedDict):
    enabled: NotRequired[Union[bool, None]]
    model: NotRequired[Union[str, None]]
    topN: NotRequired[Union[int, None]]


class AgentConfigKnowledge(TypedDict):
    collections: NotRequired[Union[list[str], None]]
    "Ids of the collections to search."
    sources: NotRequired[Union[list["AgentConfigKnowledgeSourcesItem"], None]]
    "Where else to look."
    embeddingModel: NotRequired[Union[str, None]]
    topK: NotRequired[Union[int, None]]
    similarityThreshold: NotRequired[Union[float, None]]
    rerank: NotRequired[Union["AgentConfigKnowledgeRerank", None]]


class AgentConfigExamplesItem(TypedDict):
    input: str
    output: str


class AgentConfigStartersItem(TypedDict):
    title: NotRequired[Union[str, None]]
    text: str
    "What is said to the agent."
    description: NotRequired[Union[str, None]]


class AgentConfigCapabilities(TypedDict):
    vision: NotRequired[Union[bool, None]]
    fileUpload: NotRequired[Union[bool, None]]
    webSearch: NotRequired[Union[bool, None]]
    codeInterpreter: NotRequired[Union[bool, None]]
    imageGeneration: NotRequired[Union[bool, None]]


class AgentConfigVoice(TypedDict):
    provider: str
    voiceId: str
    speed: NotRequired[Union[float, None]]
    "1 is the voice's own speed."
    language: NotRequired[Union[str, None]]
    "A BCP 47 tag."


class AgentConfigSpeech(TypedDict):
    recognition: NotRequired[Union[str, None]]
    "Who turns speech into text, as provider or provider/model."
    turnTaking: NotRequired[Literal['silence', 'semantic', 'push_to_talk', None]]
    silenceSeconds: NotRequired[Union[float, None]]
    "How long a person is silent until it is the agent's turn."
    endPhrases: NotRequired[Union[list[str], None]]
    "What ends the conversation when it is said."
    transferTo: NotRequired[Union[str, None]]
    "Where a call is passed on to: a number or an address."


class AgentConfigMemoryBlocksItem(TypedDict):
    label: str
    "Unique within the agent."
    value: str
    "The text at first."
    limit: NotRequired[Union[int, None]]
    "Characters that the text may grow to."
    description: NotRequired[Union[str, None]]


class AgentConfigMemory(TypedDict):
    type: NotRequired[Literal['none', 'buffer', 'window', 'summary', None]]
    window: NotRequired[Union[int, None]]
    "How many messages are kept."
    summarizeAfter: NotRequired[Union[int, None]]
    "After how many messages the older ones are summarized."
    longTerm: NotRequired[Union[bool, None]]
    "Whether it remembers across conversations."
    blocks: NotRequired[Union[list["AgentConfigMemoryBlocksItem"], None]]
    "Texts that the agent always has before it, and may change."


class AgentConfigGuardrailsRulesItem(TypedDict):
    id: str
    "Unique within the agent."
    on: Literal['input', 'output', 'both']
    action: Literal['warn', 'redact', 'block']
    when: str
    "In words, what the rule is about."


class AgentConfigGuardrails(TypedDict):
    blockedTopics: NotRequired[Union[list[str], None]]
    moderation: NotRequired[Literal['off', 'low', 'medium', 'high', None]]
    personalData: NotRequired[Literal['allow', 'redact', 'block', None]]
    "What happens to personal data in answers."
    maxInputCharacters: NotRequired[Union[int, None]]
    rules: NotRequired[Union[list["AgentConfigGuardrailsRulesItem"], None]]


class AgentConfigLimitsBudget(TypedDict):
    amount: float
    currency: str
    "ISO 4217 code."
    period: Literal['day', 'week', 'month']


class AgentConfigLimits(TypedDict):
    maxIterations: NotRequired[Union[int, None]]
    timeoutSeconds: NotRequired[Union[int, None]]
    concurrency: NotRequired[Union[int, None]]
    tokensPerDay: NotRequired[Union[int, None]]
    budget: NotRequired[Union["AgentConfigLimitsBudget", None]]


class AgentConfigOutput(TypedDict):
    format: NotRequired[Literal['text', 'markdown', 'json', None]]
    schema: NotRequired[Union[dict[str, Any], None]]
    "JSON Schema of the answer; for the format json."


class AgentConfigHandoffsItemExternal(TypedDict):
    "An agent elsewhere, in place of agentId."

    url: str
    protocol: Literal['a2a']


class AgentConfigHandoffsItem(TypedDict):
    agentId: NotRequired[Union[str, None]]
    "An agent of the tenant."
    external: NotRequired[Union["AgentConfigHandoffsItemExternal", None]]
    "An agent elsewhere, in place of agentId."
    mode: NotRequired[Literal['transfer', 'delegate', None]]
    "transfer: the other one goes on with the conversation; delegate: it answers, and this one goes on."
    prompt: NotRequired[Union[str, None]]
    "What the other one is told."
    title: NotRequired[Union[str, None]]
    "What people see to choose it by."
    shareHistory: NotRequired[Union[bool, None]]
    "Whether the other one sees the conversation so far."
    version: NotRequired[Union[int, None]]
    "A fixed version; the live one when neither version nor label is given."
    label: NotRequired[Union[str, None]]
    when: NotRequired[Union[str, None]]
    "In words, when to hand over."


class AgentConfigAttachmentsItem(TypedDict):
    blobRef: str
    "The file's address in the blob store: blob://container/name. Files uploaded to this service are blob://files/{id}."
    name: NotRequired[Union[str, None]]
    mediaType: NotRequired[Union[str, None]]
    size: NotRequired[Union[int, None]]
    "Bytes."
    sha256: NotRequired[Union[str, None]]


class AgentConfig(TypedDict):
    schemaVersion: NotRequired[Union[int, None]]
    "Version of this document's format; 1."
    model: NotRequired[Union["AgentConfigModel", None]]
    instructions: NotRequired[Union["AgentConfigInstructions", None]]
    tools: NotRequired[Union[list["AgentConfigToolsItem"], None]]
    mcpServers: NotRequired[Union[list["AgentConfigMcpServersItem"], None]]
    knowledge: NotRequired[Union["AgentConfigKnowledge", None]]
    examples: NotRequired[Union[list["AgentConfigExamplesItem"], None]]
    starters: NotRequired[Union[list["AgentConfigStartersItem"], None]]
    "What a person may begin a conversation with."
    capabilities: NotRequired[Union["AgentConfigCapabilities", None]]
    voice: NotRequired[Union["AgentConfigVoice", None]]
    speech: NotRequired[Union["AgentConfigSpeech", None]]
    memory: NotRequired[Union["AgentConfigMemory", None]]
    guardrails: NotRequired[Union["AgentConfigGuardrails", None]]
    limits: NotRequired[Union["AgentConfigLimits", None]]
    output: NotRequired[Union["AgentConfigOutput", None]]
    handoffs: NotRequired[Union[list["AgentConfigHandoffsItem"], None]]
    attachments: NotRequired[Union[list["AgentConfigAttachmentsItem"], None]]
    tags: NotRequired[Union[list[str], None]]
    metadata: NotRequired[Union[dict[str, Any], None]]
    "A free object; kept as it is."


class AgentContent(TypedDict):
    id: NotRequired[Union[str, None]]
    "A slug chosen by the client; made by the server when absent. Only for a new agent."
    name: str
    "What people call the agent."
    description: NotRequired[Union[str, None]]
    type: "AgentType"
    config: "AgentConfig"
    tags: NotRequired[Union[list[str], None]]
    icon: NotRequired[Union[str, None]]
    "An emoji, or the address of a picture."
    category: NotRequired[Union[str, None]]
    "Under what people look for it."
    author: NotRequired[Union[str, None]]
    "Who made it, in words."
    licence: NotRequired[Union[str, None]]
    "Under which licence it may be used: an SPDX identifier, or words."
    homepage: NotRequired[Union[str, None]]
    "Where to read more."
    metadata: NotRequired[Union[dict[str, Any], None]]
    "A free object; kept as it is."
    note: NotRequired[Union[str, None]]
    "Why this is written: kept with the version, and shown in the history. No part of what is read."


class AgentListResponse(TypedDict):
    "A page of the tenant's agents."

    items: list["AgentSummaryResponse"]
    "The agents, without their configurations."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."
    total: int
    "How many agents match on all pages."


class AgentResponse(TypedDict):
    "An agent at one of its versions."

    id: str
    "A slug, unique within the tenant."
    name: str
    "What people call it."
    description: Union[str, None]
    "What it is for."
    type: "AgentType"
    "conversational, rag or workflow."
    status: "AgentStatus"
    "draft, active, inactive or archived."
    version: int
    "1 for the first; the ETag."
    config: "AgentConfig"
    "The configuration document as it was written; see /api/v1/schemas/agent-config."
    tags: list[str]
    "Its tags."
    metadata: dict[str, Any]
    "A free object."
    createdAt: str
    "When it was made."
    createdBy: str
    "Who made it."
    updatedAt: str
    "When this version was made."
    updatedBy: str
    "Who made this version."
    activatedAt: Union[str, None]
    "Since when it is active, or null."
    archivedAt: Union[str, None]
    "Since when it is archived, or null."
    clonedFrom: Union[str, None]
    "The agent that it was cloned from, or null."
    degraded: list[str]
    "What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}."
    templateId: Union[str, None]
    "The template that it was made from, or null."
    templateVersion: Union[int, None]
    "The version of the template, or null."
    templateVariables: Union[dict[str, Any], None]
    "The values that were given to the template, or null."
    templateCustomizations: Union[dict[str, Any], None]
    "What was asked to differ from the template, or null."
    icon: NotRequired[Union[str, None]]
    "An emoji or the address of a picture; this and the next four are absent when nothing is said."
    category: NotRequired[Union[str, None]]
    "Under what people look for it."
    author: NotRequired[Union[str, None]]
    "Who made it, in words."
    licence: NotRequired[Union[str, None]]
    "Under which licence it may be used."
    homepage: NotRequired[Union[str, None]]
    "Where to read more."
    manager: NotRequired[Union[str, None]]
    "Whose files it was made of; absent when it was made otherwise."
    merged: NotRequired[Union[list[str], None]]
    "After a merge: the places where somebody else's change was taken over, in words. Absent otherwise."
    warnings: NotRequired[Union[list["IssueResponse"], None]]
    "What a write was warned of; not there when there is nothing, nor when an agent is read."
    change: NotRequired[Union[str, None]]
    "After apply: agent_created, agent_updated, or none where there was nothing to do. Absent otherwise."

AgentStatus = Literal['draft', 'active', 'inactive', 'archived']


class AgentSummaryResponse(TypedDict):
    "An agent in a list."

    id: str
    "A slug, unique within the tenant."
    name: str
    "What people call it."
    description: Union[str, None]
    "What it is for."
    type: "AgentType"
    "conversational, rag or workflow."
    status: "AgentStatus"
    "draft, active, inactive or archived."
    version: int
    "1 for the first."
    tags: list[str]
    "Its tags."
    createdAt: str
    "When it was made."
    updatedAt: str
    "When its version was made."
    degraded: list[str]
    "What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}."
    updatedBy: str
    "Who made its version."
    activatedAt: Union[str, None]
    "Since when it is active, or null."
    templateId: Union[str, None]
    "The template that it was made from, or null."
    templateVersion: Union[int, None]
    "The version of the template, or null."
    model: Union[str, None]
    "Its model as provider/id, or null where it names none."

AgentType = Literal['conversational', 'rag', 'workflow']


class ApiKeyEventData(TypedDict):
    "What a change did to which API key; its name is for those who may list keys."

    api_key_id: str
    status: str
    kind: str


class ApiKeyListResponse(TypedDict):
    "The tenant's API keys."

    items: list["ApiKeyResponse"]
    "Those that were not revoked, oldest first; at most 100."


class ApiKeyResponse(TypedDict):
    "An API key, without its secret."

    id: str
    "Its id, which its text holds."
    name: str
    "What it is for."
    permissions: list[str]
    "What it may."
    labels: Union[list[str], None]
    "The labels that it is for; null for all."
    version: int
    "1 for a new key, and one more with every rotation."
    createdAt: str
    "When it was made."
    createdBy: str
    "By whom."
    rotatedAt: str
    "When its secret was made."
    rotatedBy: str
    "By whom."
    expiresAt: Union[str, None]
    "When it ends; null for never."
    formerSecretUntil: Union[str, None]
    "Until when the secret before goes on; null when none does."
    descendants: list[str]
    "The ids of the keys that it made or gave another secret, and of those that these did."


class ApiKeySecretResponse(TypedDict):
    "An API key with its text, which is shown this once and kept nowhere."

    apiKey: "ApiKeyResponse"
    "The key."
    secret: str
    "For the Authorization header, after \"Bearer \"."


class AppliedListResponse(TypedDict):
    "Who ran which versions of an agent."

    items: list["AppliedResponse"]
    "In the order of the runtimes' names."


class AppliedResponse(TypedDict):
    "That a runtime ran a version of an agent."

    instance: str
    "The runtime."
    label: Union[str, None]
    "The label whose versions it ran; null for the current ones."
    version: int
    "The version."
    first: str
    "From this time on."
    last: Union[str, None]
    "Up to this time; null while it does."


class ApplyRequest(TypedDict):
    manager: str
    "Whose files these are; what it applied last is the base that file and agent are compared by."
    content: Union[dict[str, Any], None]
    "The whole content, as replaceAgent takes it."
    decisions: NotRequired[Union[dict[str, Literal['file', 'live']], None]]
    "file or live, by the label of a conflict: which side holds."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class ApprovalResponse(TypedDict):
    "Who approved of a plan, or rejected it."

    by: str
    "Who."
    at: str
    "When."
    verdict: str
    "approve or reject."
    planHash: str
    "Of the plan that was looked at."
    comment: Union[str, None]
    "What was said."


class AssignRequest(TypedDict):
    version: Union[int, None]
    "The version; null for none."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class AssignedVersionResponse(TypedDict):
    "What a label has of an agent; nothing of it where both versions are null."

    agentId: str
    "The agent."
    stable: Union[int, None]
    "The version for all whom no rollout concerns."
    candidate: Union[int, None]
    "The version that a rollout brings."
    weight: int
    "How many of 100,000 keys have it."


class AssignmentListResponse(TypedDict):
    "All that a label has."

    label: str
    "The label."
    revision: int
    "The label's revision; the ETag."
    items: list["AssignmentResponse"]
    "In the order of the agents' ids."


class AssignmentResponse(TypedDict):
    "What a label has of one agent."

    agent: str
    "The agent."
    stable: Union[int, None]
    "The version for all whom no rollout concerns; null for none yet."
    candidate: Union[int, None]
    "The version that a rollout brings; null outside of one."
    weight: int
    "How many of 100,000 keys have the candidate."
    release: str
    "The release that made the assignment."
    previous: Union[int, None]
    "The version before the stable one."
    revision: int
    "The label's revision that made the assignment."


class AuditHeadResponse(TypedDict):
    "The end of the log."

    revision: int
    "The tenant's revision."
    hash: str
    "Covers all changes; empty before the first."


class AuditListResponse(TypedDict):
    "A page of the change log, newest first."

    items: list["AuditRecordResponse"]
    "The changes."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class AuditReadListResponse(TypedDict):
    "A page of what was read out, newest first."

    items: list["AuditReadResponse"]
    "What was read."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class AuditReadResponse(TypedDict):
    "Something that was read out."

    id: str
    "Unique; rises with the time."
    at: str
    "When; of those left out, the beginning of their minute."
    code: str
    "agents_exported, changes_exported, file_downloaded, file_link_made, file_link_used; `omitted` for those of a minute that were left out."
    operation: str
    "Method and route, with the id of the file."
    subject: Union[str, None]
    "Who; null for who used a link."
    role: Union[str, None]
    "In which role."
    address: Union[str, None]
    "Where it came from."
    correlationId: Union[str, None]
    "Finds it in the logs."
    count: int
    "1, or how many were left out."


class AuditRecordResponse(TypedDict):
    "One change."

    revision: int
    "The tenant's revision that the change made; no gaps."
    eventId: str
    "Unique."
    kind: "ChangeKind"
    "agent_created, agent_updated …"
    agentId: Union[str, None]
    "The agent; null when something else was changed."
    agentName: Union[str, None]
    "Its name after the change."
    version: int
    "The version that the change made."
    status: str
    "The agent's status after the change; of a template published or deleted, of a file stored or deleted, of an API key active or revoked, of a webhook active, disabled or deleted, of the tenant itself its tier."
    at: str
    "When."
    actor: str
    "Who."
    role: str
    "In which role."
    correlationId: str
    "The request that made the change."
    note: Union[str, None]
    "The reason or note that the actor gave."
    templateId: Union[str, None]
    "The template; null when something else was changed."
    templateName: Union[str, None]
    "Its name after the change."
    fileId: Union[str, None]
    "The file; null when something else was changed."
    fileName: Union[str, None]
    "What it is called."
    apiKeyId: Union[str, None]
    "The API key; null when something else was changed."
    apiKeyName: Union[str, None]
    "What it is called."
    webhookId: Union[str, None]
    "The webhook; null when something else was changed."
    webhookName: Union[str, None]
    "The host of its address."
    address: Union[str, None]
    "Where the actor's request came from; null where it is not known."
    details: Union["ChangeDetailsResponse", None]
    detailsText: Union[str, None]
    "The same letter for letter as the hash covers it; null where nothing is told."
    documentHash: Union[str, None]
    "SHA-256 of the content that the change made; null where it left none."
    taskId: Union[str, None]
    "The task that made the change; null outside of tasks."
    hash: str
    "SHA-256 of this change and of the hash before it (docs/audit.md)."
    label: Union[str, None]
    "The label whose policy or release was changed; null when something else was."
    release: Union["LabelStepResponse", None]
    runtime: Union[str, None]
    "The runtime that fell silent; null when something was changed."


class AuditVerificationResponse(TypedDict):
    "Whether the log is what was written."

    valid: bool
    "Whether every row is."
    checked: int
    "How many rows were found right, from the first on."
    firstBroken: Union["BrokenRowResponse", None]
    head: "AuditHeadResponse"
    "The last change, as the tenant's own record has it. Keep it elsewhere: a log rewritten as a whole has another."


class BrokenRowResponse(TypedDict):
    "A row that is not what was written."

    revision: int
    "Where it is, or should be."
    reason: str
    "altered, missing, added, head, content or content_missing."
    detail: str
    "The reason in words."


class BulkRequestFilter(TypedDict):
    "Which agents, as the list of agents has them; at most 1,000 may match."

    status: NotRequired[Literal['draft', 'active', 'inactive', 'archived', None]]
    "Agents of this status; without it, all but the archived."
    type: NotRequired[Literal['conversational', 'rag', 'workflow', None]]
    tags: NotRequired[Union[list[str], None]]
    "Tags that an agent must all have, in any case."
    q: NotRequired[Union[str, None]]
    "Text that name, description or a tag must contain, in any case."
    template: NotRequired[Union[str, None]]
    "Agents that were made from this template."
    behind: NotRequired[Union[bool, None]]
    "Agents whose template has a newer version than they were made from, or with false all others."
    degraded: NotRequired[Union[bool, None]]
    "Agents that use tools that do not work any more, or with false those that do not."


class BulkRequest(TypedDict):
    action: Literal['patch', 'activate', 'deactivate', 'archive', 'restore']
    "What to do with each agent."
    ids: NotRequired[Union[list[str], None]]
    "The agents; or else a filter finds them."
    filter: NotRequired[Union["BulkRequestFilter", None]]
    "Which agents, as the list of agents has them; at most 1,000 may match."
    patch: NotRequired[Union[dict[str, Any], None]]
    "With the action patch, a JSON merge patch (RFC 7396) of the content."
    note: NotRequired[Union[str, None]]
    "Kept in the history of each."


class ChangeDetailsResponse(TypedDict):
    "What a change of an agent did."

    fields: list[str]
    "JSON pointers of what changed, to the sections of the configuration; empty of a new agent."
    toolsAdded: list[str]
    "Ids of tools that the agent did not have before."
    toolsRemoved: list[str]
    "Ids of tools that it does not have any more."
    applyToNewInteractions: bool
    "Whether new interactions are to use the change."
    notifySessions: bool
    "Whether running sessions are to be told of it."
    forceUpdateSessions: bool
    "Whether running sessions are to take it over at once."
    degradedTools: list[str]
    "What it uses that does not work any more, after the change."

ChangeKind = Literal['agent_created', 'agent_cloned', 'agent_updated', 'agent_rolled_back', 'agent_activated', 'agent_deactivated', 'agent_archived', 'agent_restored', 'agent_purged', 'agent_instantiated', 'agent_upgraded', 'template_created', 'template_updated', 'template_deleted', 'tenant_updated', 'agent_degraded', 'agent_recovered', 'file_added', 'file_deleted', 'api_key_created', 'api_key_rotated', 'api_key_revoked', 'webhook_created', 'webhook_updated', 'webhook_rotated', 'webhook_disabled', 'webhook_deleted', 'label_created', 'label_updated', 'label_deleted', 'release_created', 'release_changed', 'release_approved', 'release_rejected', 'release_started', 'release_advanced', 'release_paused', 'release_resumed', 'release_blocked', 'release_reported', 'release_completed', 'release_bypassed', 'release_rolled_back', 'release_cancelled', 'release_expired', 'runtime_silent']


class ChangeReleaseRequestItemsItem(TypedDict):
    agent: str
    "The agent."
    version: Union[int, None]
    "The version that the label is to have of it; null for none."
    expect: NotRequired[Union[int, None]]
    "The version that the label must have until then, null for none; absent for the one that it has now."


class ChangeReleaseRequestRolloutStepsItem(TypedDict):
    weight: int
    "How many of 100,000 keys have the new versions."
    minDuration: NotRequired[Union[str, None]]
    "How long it is watched before the next, as ISO 8601 has it: PT1H, P1D; nothing when absent."
    gate: NotRequired[Literal['approval', 'verdict', 'adoption', None]]
    "What the next one waits for, too: approval, that somebody advances it; a good verdict; adoption by runtimes."


class ChangeReleaseRequestRollout(TypedDict):
    "By which steps instead; null for none."

    steps: list["ChangeReleaseRequestRolloutStepsItem"]
    "With rising weights; after the last one all keys have it."
    onFailure: NotRequired[Literal['pause', 'rollback', None]]
    "What a bad verdict does; pause when absent."
    minAdoption: NotRequired[Union[float, None]]
    "The part of the label's runtimes that a gate for adoption waits for; 0.95 when absent."


class ChangeReleaseRequest(TypedDict):
    items: NotRequired[Union[list["ChangeReleaseRequestItemsItem"], None]]
    "What to release instead."
    rollout: NotRequired[Union["ChangeReleaseRequestRollout", None]]
    "By which steps instead; null for none."
    startAt: NotRequired[Union[str, None]]
    "When it starts instead; null for when it is told to."
    expiresAt: NotRequired[Union[str, None]]
    "When it ends unless it has started."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class CheckListResponse(TypedDict):
    "What checks say of a version."

    items: list["CheckResponse"]
    "In the order of their names."


class CheckRequest(TypedDict):
    name: str
    "The check; what it said before of the version is replaced."
    ok: bool
    "Whether it has passed."
    url: NotRequired[Union[str, None]]
    "Where more is said."


class CheckResponse(TypedDict):
    "What a check says of a version."

    name: str
    "The check."
    ok: bool
    "Whether it has passed."
    url: Union[str, None]
    "Where more is said."
    at: str
    "When it was reported."
    by: str
    "Who reported it."


class CloneRequest(TypedDict):
    name: str
    "What people call it."
    id: NotRequired[Union[str, None]]
    "A slug chosen by the client; made by the server when absent."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class ConfigurationResponse(TypedDict):
    "What an agent runs on."

    id: str
    "The agent."
    name: str
    "What people call it."
    type: "AgentType"
    "conversational, rag or workflow."
    status: "AgentStatus"
    "draft, active, inactive or archived; only an active agent is to be run."
    version: int
    "The version; the ETag."
    config: "AgentConfig"
    "The configuration document, as it was written; where it leaves something to the tenant, with that."
    hash: str
    "`sha256:` and the hash, in hex, of the UTF-8 text of `config` as it stands in this answer."
    degraded: list[str]
    "What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}."
    updatedAt: str
    "When this version was made."
    provenance: dict[str, str]
    "By JSON pointer into the configuration, what is not the agent's own: tenant, for what the tenant's settings have."
    label: NotRequired[Union[str, None]]
    "The label that chose the version; absent where none was asked for."
    variant: NotRequired[Union[str, None]]
    "stable or candidate."
    release: NotRequired[Union[str, None]]
    "The release that brought the version to the label."
    labelRevision: NotRequired[Union[int, None]]
    "The label's revision."


class ConfigureTenantRequestSettingsDefaultModel(TypedDict):
    "The model of agents that name none; null for none."

    provider: str
    "Who serves the model: openai, anthropic …"
    id: str
    "The provider's name of the model."


class ConfigureTenantRequestSettings(TypedDict):
    "How the tenant's clients are to work; absent for as usual."

    requireIfMatch: NotRequired[bool]
    "Whether a write that changes an agent or a template must have If-Match; without it the answer is 428."
    defaultModel: NotRequired[Union["ConfigureTenantRequestSettingsDefaultModel", None]]
    "The model of agents that name none; null for none."
    defaultLabel: NotRequired[Union[str, None]]
    "The label whose versions services get that ask for none; null for latest, the current ones."


class ConfigureTenantRequest(TypedDict):
    tier: str
    "One of the tiers."
    overrides: NotRequired[Union[dict[str, Any], None]]
    "Limits that differ for this tenant, by their names."
    settings: NotRequired[Union["ConfigureTenantRequestSettings", None]]
    "How the tenant's clients are to work; absent for as usual."


class ConflictResponse(TypedDict):
    path: str
    label: str
    base: Any
    theirs: Any
    mine: Any
    text: str


class CreateApiKeyRequest(TypedDict):
    name: str
    "What it is for; not blank, and without control characters."
    permissions: NotRequired[Union[list[str], None]]
    "What it may, none of it more than its creator may; with it no role."
    role: NotRequired[Union[str, None]]
    "A role whose permissions it has, as they are today; with it no permissions."
    labels: NotRequired[Union[list[str], None]]
    "The labels that it is for: of others it may nothing, whatever its permissions; absent or null for all."
    expiresAt: NotRequired[Union[str, None]]
    "When it ends; absent or null for never."


class CreateWebhookRequest(TypedDict):
    url: str
    "Where to send; an https address, without a user and a fragment."
    description: NotRequired[Union[str, None]]
    "What it is for."
    events: NotRequired[Union[list[Literal['agent_created', 'agent_updated', 'agent_deleted', 'agent_activated', 'agent_deactivated', 'template_updated', 'tenant_updated', 'file_updated', 'api_key_updated', 'webhook_updated', 'label_updated', 'release_updated', 'runtime_silent']], None]]
    "The names of the events to send; all when absent or empty."
    disabled: NotRequired[Union[bool, None]]
    "Whether nothing is to be sent yet; false when absent."


class DayCountListResponse(TypedDict):
    "Counts of days."

    items: list["DayCountResponse"]
    "Each day, the oldest first, those without any included."


class DayCountResponse(TypedDict):
    "How many there were on a day."

    day: str
    "UTC."
    count: int
    "How many."


class DeadLetterListResponse(TypedDict):
    "A page of the events that were given up, newest first."

    items: list["DeadLetterResponse"]
    "The events."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class DeadLetterResponse(TypedDict):
    "An event that was given up: the webhook did not accept it for a day, and accepted a ping."

    revision: int
    "Its revision, from which it can be sent again."
    eventId: str
    "Its id, which is the webhook-id."
    event: str
    "Its name."
    attempts: int
    "How often it was sent."
    failure: str
    "As lastFailure of a webhook."
    at: str
    "When it was given up."


class DefaultModelSetting(TypedDict):
    "A model for all agents that name none."

    provider: str
    "Who serves the model: openai, anthropic …"
    id: str
    "The provider's name of the model."


class DeniedAttemptListResponse(TypedDict):
    "A page of refusals, newest first."

    items: list["DeniedAttemptResponse"]
    "The refusals."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class DeniedAttemptResponse(TypedDict):
    "An attempt that was refused."

    id: str
    "Unique; rises with the time."
    at: str
    "When; of those left out, the beginning of their minute."
    status: int
    "The HTTP status; 0 for calls that were not HTTP."
    code: str
    "The code of the problem that was answered; `omitted` for those of a minute that were left out."
    operation: str
    "Method and route, or the grain's method."
    subject: Union[str, None]
    "Whose token was shown; null without a valid one."
    role: Union[str, None]
    "In which role."
    address: Union[str, None]
    "Where it came from."
    correlationId: Union[str, None]
    "Finds it in the logs."
    count: int
    "1, or how many were left out."

DifferenceOperation = Literal['add', 'remove', 'replace', 'reorder']


DifferenceResponse = TypedDict("DifferenceResponse", {
    "op": '"DifferenceOperation"',
    "path": 'str',
    "label": 'str',
    "from": 'NotRequired[Any]',
    "to": 'NotRequired[Any]',
})


class DryRunResponse(TypedDict):
    "What a write would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."
    effect: Union["EffectResponse", None]
    conflicts: NotRequired[Union[list["ConflictResponse"], None]]
    "What two sides changed differently, because of which it would be refused; absent when there is none."
    merged: NotRequired[Union[list[str], None]]
    "After a merge: the places where somebody else's change would be kept, in words. Absent otherwise."
    referrers: NotRequired[Union[list["ReferrerResponse"], None]]
    "What refers to what is to go; absent when nothing does."


class EffectResponse(TypedDict):
    "The effect that a write would have."

    kind: "ChangeKind"
    "agent_created, agent_updated …"
    version: Union[int, None]
    "The version that it would make; null for a purge."
    agent: Union["AgentResponse", None]
    differences: NotRequired[Union[list["DifferenceResponse"], None]]
    "What would differ from now in the content; absent for a new agent, or where it is too much to tell."
    risks: NotRequired[Union[list["RiskResponse"], None]]
    "What that means, in words, the gravest first; absent for a new agent."


class EvaluationRequestContext(TypedDict):
    "Members beside targetingKey are passed over."

    targetingKey: NotRequired[Union[str, None]]
    "A user, a conversation or an account, by which variants are chosen; it is not kept."


class EvaluationRequest(TypedDict):
    "Who or what is asked for."

    context: NotRequired["EvaluationRequestContext"]
    "Members beside targetingKey are passed over."


class EventData(TypedDict):
    "What a change did to which agent."

    agent_id: str
    agent_name: str
    version: int
    status: str
    kind: str
    degraded: list[str]


class EventMessage(TypedDict):
    "A change as WebSocket and server-sent events tell it, in the names of the ecosystem."

    event: "EventName"
    type: str
    event_id: str
    timestamp: str
    tenant_id: str
    revision: int
    correlation_id: str
    data: Union["EventData", "TemplateEventData", "FileEventData", "ApiKeyEventData", "WebhookEventData", "TenantEventData", "LabelEventData", "RuntimeEventData", dict[str, Any]]
    "What changed, and how."
    task_id: NotRequired[Union[str, None]]

EventName = Literal['agent_created', 'agent_updated', 'agent_deleted', 'agent_activated', 'agent_deactivated', 'template_updated', 'tenant_updated', 'file_updated', 'api_key_updated', 'webhook_updated', 'label_updated', 'release_updated', 'runtime_silent', 'task_status_update', 'task_completed', 'task_failed', 'task_expired', 'maintenance_scheduled', 'validation_complete']


class ExcessResponse(TypedDict):
    "What is over a limit: it goes on being readable, and what would need the limit is refused."

    limit: str
    "The limit's name."
    allowed: Union[int, None]
    "Its figure; null where it is a list."
    used: Union[int, None]
    "What there is; of an agent's own limits, the most of any agent."
    agentIds: list[str]
    "The agents that are over it, the first 100; none for a limit of the whole tenant."
    agentCount: int
    "How many there are."


class ExportLine(TypedDict):
    "A line of an export. An import takes it back, but for what the service sets."

    id: str
    "A slug, unique within the tenant."
    name: str
    "What people call it."
    description: Union[str, None]
    "What it is for."
    type: "AgentType"
    "conversational, rag or workflow."
    config: "AgentConfig"
    "The configuration document as it was written."
    tags: list[str]
    "Its tags."
    metadata: dict[str, Any]
    "A free object."
    status: "AgentStatus"
    "draft, active or inactive."
    version: int
    "The version that the line is of."
    icon: NotRequired[Union[str, None]]
    "An emoji or the address of a picture; this and the next four are absent when nothing is said."
    category: NotRequired[Union[str, None]]
    "Under what people look for it."
    author: NotRequired[Union[str, None]]
    "Who made it, in words."
    licence: NotRequired[Union[str, None]]
    "Under which licence it may be used."
    homepage: NotRequired[Union[str, None]]
    "Where to read more."


class FileDryRunResponse(TypedDict):
    "What a deletion would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."
    referrers: Union[list["ReferrerResponse"], None]
    "What refers to the file; absent when nothing does."


class FileEventData(TypedDict):
    "What a change did to which file."

    file_id: str
    file_name: str
    status: str
    kind: str


class FileLinkRequest(TypedDict):
    expiresInSeconds: NotRequired[Union[int, None]]
    "60 to 86400; 900 when absent."


class FileLinkResponse(TypedDict):
    "An address from which anybody who knows it can download the file."

    url: str
    "The address."
    expiresAt: str
    "Until when."


class FileListResponse(TypedDict):
    "A page of the tenant's files, in the order of their ids."

    items: list["FileResponse"]
    "The files."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class FileResponse(TypedDict):
    "A file."

    id: str
    "sha256- and the hash of its bytes: the same bytes are the same file of the tenant."
    name: str
    "What it was called when it came first."
    mediaType: str
    "Its type."
    size: int
    "Bytes."
    sha256: str
    "The hash in hexadecimal digits."
    blobRef: str
    "What an attachment of a configuration says to mean it."
    createdAt: str
    "When it came first."
    createdBy: str
    "Who uploaded it."


class FlagListResponse(TypedDict):
    "The flags of all agents that a label has, of one revision of the label."

    flags: list["FlagResponse"]
    "In the order of the agents' ids."


class FlagMetadataResponse(TypedDict):
    "What is known of the version that a flag stands for."

    version: int
    "The version."
    status: str
    "draft, active, inactive or archived: of the agent, as it is now."
    release: str
    "The release that brought the version to the label."
    labelRevision: int
    "The label's revision."
    hash: str
    "`sha256:` and the hash, in hex, of the UTF-8 text of the configuration."


class FlagResponse(TypedDict):
    "A flag of OpenFeature's remote evaluation protocol: which version of an agent a label has for a targeting key."

    key: str
    "The agent."
    value: Any
    "What the agent runs on: its configuration, with what it leaves to the tenant. Absent where the caller's own default is to be used: the agent is not active, or there is an error."
    reason: Union[str, None]
    "STATIC; SPLIT while a rollout is under way, in which the key decides; DISABLED for an agent that is not active. Absent with an error."
    variant: Union[str, None]
    "The version, as v5. Absent with an error."
    metadata: Union["FlagMetadataResponse", None]
    errorCode: NotRequired[Union[str, None]]
    "TARGETING_KEY_MISSING: a rollout is under way, and there is no key. Absent without an error."
    errorDetails: NotRequired[Union[str, None]]
    "The same for people. Absent without an error."


FreezeResponse = TypedDict("FreezeResponse", {
    "from": 'str',
    "to": 'str',
    "reason": 'str',
})


class GateResponse(TypedDict):
    "Why a release does not go on."

    code: str
    "For programs."
    detail: str
    "For people."
    agent: Union[str, None]
    "The agent that it is about; null where it is about all."


class GraceResponse(TypedDict):
    "A downgrade that is yet to take effect."

    nextTier: str
    "The tier that the tenant will have."
    until: str
    "From when on."


class HealthPartResponse(TypedDict):
    "How a part of the service is."

    name: str
    "silo, revocations (while they are not known), database, writes, schema, redis, files, changes (telling others of them), tasks, maintenance."
    healthy: bool
    "Whether it answered, or gets done."
    detail: Union[str, None]
    "What is wrong; null when healthy."
    since: Union[str, None]
    "Since when it has been so, as far as the silo that answered knows; of the silo, as far as the gateway does."


class HealthResponse(TypedDict):
    "How the service is."

    status: str
    "healthy, degraded or unhealthy."
    parts: list["HealthPartResponse"]
    "How each part is."
    nextMaintenance: NotRequired[Union["ScheduledWindow", None]]
    version: NotRequired[Union[str, None]]
    "The version of the process that answers; absent where only operators may know."


class ImportReportResponse(TypedDict):
    "What was made of files of another format."

    files: list["ImportedFileResponse"]
    "What was made of each."
    leftOut: int
    "How many places and names are not listed, as the list would be too long."


class ImportedFileResponse(TypedDict):
    "What was made of a file."

    path: str
    "Its path in the zip; empty of a body that is the file."
    format: str
    "Its format."
    agents: int
    "How many agents are in it."
    renamed: list["RenamedResponse"]
    "What has another name here."
    notMapped: list["NotMappedResponse"]
    "What has no place in the content, and is kept under metadata.source."
    mapped: list["MappedResponse"]
    "What has a place in the content."


class InstantiateRequest(TypedDict):
    name: str
    "What people call it."
    id: NotRequired[Union[str, None]]
    "A slug chosen by the client; made by the server when absent."
    variables: NotRequired[Union[dict[str, Any], None]]
    "Values of the template's variables."
    customizations: NotRequired[Union[dict[str, Any], None]]
    "What is to differ: instructionSuffix, and tools by id, each a merge patch or null."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class IssueResponse(TypedDict):
    severity: "IssueSeverity"
    code: str
    pointer: str
    message: str

IssueSeverity = Literal['error', 'warning']


class LabelDryRunResponse(TypedDict):
    "What a write of a label would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."
    label: Union["LabelResponse", None]


class LabelEventDataItemsItem(TypedDict):
    "What a label has of an agent from then on; nothing of it where both versions are null."

    agent_id: str
    version: Union[int, None]
    candidate: Union[int, None]
    weight: int


class LabelEventData(TypedDict):
    "What a change did to which label, by which release; all of it at once."

    label: str
    label_revision: int
    release_id: Union[str, None]
    status: str
    kind: str
    step: Union[int, None]
    items: list["LabelEventDataItemsItem"]


class LabelListResponse(TypedDict):
    "The tenant's labels."

    items: list["LabelResponse"]
    "In the order of their names."


LabelRequestFreezesItem = TypedDict("LabelRequestFreezesItem", {
    "from": 'str',
    "to": 'str',
    "reason": 'str',
})


LabelRequest = TypedDict("LabelRequest", {
    "description": 'NotRequired[Union[str, None]]',
    "from": 'NotRequired[Union[str, None]]',
    "approvals": 'NotRequired[Union[int, None]]',
    "excludeAuthors": 'NotRequired[Union[bool, None]]',
    "rollbackNeedsApproval": 'NotRequired[Union[bool, None]]',
    "freezes": 'NotRequired[Union[list["LabelRequestFreezesItem"], None]]',
    "checks": 'NotRequired[Union[list[str], None]]',
    "note": 'NotRequired[Union[str, None]]',
})


LabelResponse = TypedDict("LabelResponse", {
    "name": 'str',
    "version": 'int',
    "revision": 'int',
    "description": 'Union[str, None]',
    "from": 'Union[str, None]',
    "approvals": 'int',
    "excludeAuthors": 'bool',
    "rollbackNeedsApproval": 'bool',
    "freezes": 'list["FreezeResponse"]',
    "checks": 'list[str]',
    "agents": 'int',
    "unfinishedReleases": 'list[str]',
    "createdAt": 'str',
    "createdBy": 'str',
    "updatedAt": 'str',
    "updatedBy": 'str',
})


class LabelRulesResponse(TypedDict):
    "What it takes to choose a label's versions without asking; docs/releases.md has how."

    label: str
    "The label."
    revision: int
    "Its revision; the ETag."
    items: list["VersionRuleResponse"]
    "In the order of the agents' ids."


class LabelStepResponse(TypedDict):
    "What a change of a label, or of one of its releases, did."

    labelRevision: int
    "The label's revision after it."
    releaseId: Union[str, None]
    "The release; null where the policy was changed."
    step: Union[int, None]
    "The step of its rollout that holds; null outside of one."
    items: list["AssignedVersionResponse"]
    "What the label has from then on, of the agents that the change was about."


class LimitsResponse(TypedDict):
    "What a tier allows."

    agents: int
    "Agents that are not archived."
    activeAgents: int
    "Agents that are active at the same time."
    createsPerDay: Union[int, None]
    "Agents made within a day (UTC); null for no limit."
    tools: int
    "Tools of one agent."
    mcpServers: int
    "MCP servers of one agent."
    collections: int
    "Knowledge collections of one agent."
    instructionCharacters: int
    "Unicode characters of the instruction template."
    versionsKept: int
    "Versions of one agent whose content is kept."
    models: list[str]
    "Allowed models as provider/id; a trailing * stands for any rest."
    requestsPerMinute: int
    "Requests a minute."
    watchers: int
    "Open change feeds."
    templates: int
    "Templates of the tenant's own."
    fileMebibytes: int
    "Mebibytes of the largest file."
    totalFileMebibytes: int
    "Mebibytes of all files together."
    fileTypes: list[str]
    "Media types that files may have; a trailing * stands for any rest."


MappedResponse = TypedDict("MappedResponse", {
    "id": 'str',
    "from": 'str',
    "to": 'str',
})


class MeResponse(TypedDict):
    "A caller."

    tenant: str
    "The tenant that the caller belongs to."
    subject: str
    "The user, service or API key, as the audit trail names it."
    role: str
    "viewer, editor, admin, service or platform_admin; listed or key where the token has a list of permissions."
    permissions: list[str]
    "All that the caller may do."
    labels: Union[list[str], None]
    "The labels that an API key is for; null for all."
    tier: Union[str, None]
    "The tier that the token names; null where it names none. What holds is in /api/v1/tenant."
    expiresAt: Union[str, None]
    "When the token ends; null when it does not."


class NotMappedResponse(TypedDict):
    "A value without a place in the content."

    id: str
    "The agent."
    pointer: str
    "Pointer in the file."
    reason: str
    "Why not."


class NoteRequest(TypedDict):
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class ProblemErrorsItem(TypedDict):
    "A field that was refused."

    pointer: str
    "JSON pointer (RFC 6901) into the body; empty for the body itself."
    code: str
    "Stable, for programs: `unknown_field`, `out_of_range` …"
    message: str
    "For people."


class ProblemConflictsItem(TypedDict):
    path: str
    label: str
    base: Any
    theirs: Any
    mine: Any
    text: str


class ProblemReferrersItem(TypedDict):
    kind: str
    id: str


class Problem(TypedDict):
    "The body of every answer of 400 and above (RFC 9457, `application/problem+json`)."

    type: str
    "`urn:agent-management:problem:{code}`."
    title: str
    "The status in words."
    status: int
    "The HTTP status."
    code: str
    "Stable, for programs: `not_found`, `quota_exceeded` …"
    detail: str
    "What happened, for people; never repeats a value of the request's body."
    correlationId: str
    "Finds the request in the logs."
    errors: list["ProblemErrorsItem"]
    "The fields that were refused; empty when it is not about fields."
    conflicts: NotRequired[Union[list["ProblemConflictsItem"], None]]
    "What two sides changed differently; absent when it is not about a merge."
    currentVersion: NotRequired[Union[int, None]]
    "The version that there is, when the one that was named is not; as ETag, too. Absent when it is not about a version."
    referrers: NotRequired[Union[list["ProblemReferrersItem"], None]]
    "What refers to what was to go; absent when that is not why it stays."
    key: NotRequired[Union[str, None]]
    "Of OpenFeature's protocol, the flag; absent elsewhere."
    errorCode: NotRequired[Union[str, None]]
    "Of OpenFeature's protocol: PARSE_ERROR, INVALID_CONTEXT, TARGETING_KEY_MISSING, FLAG_NOT_FOUND or GENERAL; absent elsewhere."
    errorDetails: NotRequired[Union[str, None]]
    "Of OpenFeature's protocol, the same as detail; absent elsewhere."


class ProgressResponse(TypedDict):
    "How far a task is."

    done: int
    "Items that are done."
    total: int
    "All items."


class ReferrerResponse(TypedDict):
    kind: str
    id: str


ReleaseDiffItemResponse = TypedDict("ReleaseDiffItemResponse", {
    "agent": 'str',
    "from": 'Union[int, None]',
    "to": 'Union[int, None]',
    "differences": 'Union[list["DifferenceResponse"], None]',
    "risks": 'Union[list["RiskResponse"], None]',
})


class ReleaseDiffResponse(TypedDict):
    "What a release changes of each agent."

    items: list["ReleaseDiffItemResponse"]
    "In the order of the release."


class ReleaseDryRunResponse(TypedDict):
    "What a write of a release would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."
    kind: Union[str, None]
    "The kind of the change that it would make; null for none."
    release: Union["ReleaseResponse", None]
    gates: list["GateResponse"]
    "What keeps it from starting, or would: all of it."


class ReleaseItemResponse(TypedDict):
    "One agent's part of a release."

    agent: str
    "The agent."
    version: Union[int, None]
    "The version that the label is to have of it; null for none."
    expect: Union[int, None]
    "The version that the label must have until then; null for none."
    documentHash: Union[str, None]
    "Of the version, as the audit trail has it."


class ReleaseListResponse(TypedDict):
    "A page of releases."

    items: list["ReleaseResponse"]
    "Newest first."
    nextCursor: Union[str, None]
    "For the next page; null on the last."


class ReleaseRequestItemsItem(TypedDict):
    agent: str
    "The agent."
    version: Union[int, None]
    "The version that the label is to have of it; null for none."
    expect: NotRequired[Union[int, None]]
    "The version that the label must have until then, null for none; absent for the one that it has now."


class ReleaseRequestRolloutStepsItem(TypedDict):
    weight: int
    "How many of 100,000 keys have the new versions."
    minDuration: NotRequired[Union[str, None]]
    "How long it is watched before the next, as ISO 8601 has it: PT1H, P1D; nothing when absent."
    gate: NotRequired[Literal['approval', 'verdict', 'adoption', None]]
    "What the next one waits for, too: approval, that somebody advances it; a good verdict; adoption by runtimes."


class ReleaseRequestRollout(TypedDict):
    "By which steps; absent or null for all keys at once."

    steps: list["ReleaseRequestRolloutStepsItem"]
    "With rising weights; after the last one all keys have it."
    onFailure: NotRequired[Literal['pause', 'rollback', None]]
    "What a bad verdict does; pause when absent."
    minAdoption: NotRequired[Union[float, None]]
    "The part of the label's runtimes that a gate for adoption waits for; 0.95 when absent."


class ReleaseRequest(TypedDict):
    label: str
    "Where to."
    items: list["ReleaseRequestItemsItem"]
    "What, all of it at once."
    rollout: NotRequired[Union["ReleaseRequestRollout", None]]
    "By which steps; absent or null for all keys at once."
    startAt: NotRequired[Union[str, None]]
    "When it starts by itself, once it is ready; absent or null for when it is told to."
    expiresAt: NotRequired[Union[str, None]]
    "When it ends unless it has started; a week from now, or from startAt, when absent."
    note: NotRequired[Union[str, None]]
    "Kept in the history."
    reason: NotRequired[Union[str, None]]
    "With bypass=true, why: kept in the history."


class ReleaseResponse(TypedDict):
    "A change of what a label has of some agents."

    id: str
    "Its id."
    label: str
    "The label."
    kind: str
    "release, rollback or bypass."
    status: str
    "open, ready, running, paused, completed, rejected, cancelled, expired or rolled_back."
    step: Union[int, None]
    "The step that holds, from 0; null outside of a rollout."
    items: list["ReleaseItemResponse"]
    "What is released, all of it at once."
    rollout: Union["RolloutResponse", None]
    planHash: str
    "Of all that an approval is of."
    authors: list[str]
    "Those who wrote what is released."
    approvals: list["ApprovalResponse"]
    "Who approved of it or rejected it; of another plan than this they do not count."
    verdicts: list["VerdictResponse"]
    "What evaluations and monitors say."
    blocked: list["GateResponse"]
    "Why it did not go on when that was last tried."
    note: Union[str, None]
    "Of whoever made it."
    reason: Union[str, None]
    "Why it was bypassed or taken back."
    startAt: Union[str, None]
    "When it starts by itself; null for when it is told to."
    expiresAt: str
    "When it ends unless it has started."
    stepAt: Union[str, None]
    "When the step that holds was applied, or gone on with."
    labelRevision: Union[int, None]
    "The label's revision that its last step made; null before the first."
    rollbackOf: Union[str, None]
    "The release that it takes back."
    version: int
    "Of the release; the ETag. It rises, with gaps."
    createdAt: str
    "When it was made."
    createdBy: str
    "Who made it."
    updatedAt: str
    "When it was changed last."


RenamedResponse = TypedDict("RenamedResponse", {
    "kind": 'str',
    "from": 'str',
    "to": 'str',
})


ReplayWebhookRequest = TypedDict("ReplayWebhookRequest", {
    "from": 'int',
})


class ResolveRequest(TypedDict):
    ids: list[str]
    "1 to 100 ids; one that comes twice counts once."
    label: NotRequired[Union[str, None]]
    "The label whose versions are asked for; latest, or nothing, for the current ones."
    key: NotRequired[Union[str, None]]
    "A user, a conversation or an account, by which variants are chosen; it is not kept."


class ResolvedResponse(TypedDict):
    "Several configurations."

    items: list["ConfigurationResponse"]
    "Those that are there, in the order they were asked for."
    missing: list[str]
    "The ids of those that are not."
    labelRevision: NotRequired[Union[int, None]]
    "Where a label was asked for, its revision, of which all items are."


class RiskResponse(TypedDict):
    code: str
    level: str
    text: str
    places: list[str]
    count: int


class RollbackReleaseRequest(TypedDict):
    reason: str
    "Kept in the history."


class RollbackRequest(TypedDict):
    toVersion: int
    "The version whose content becomes the newest."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class RolloutResponse(TypedDict):
    "The steps by which a release comes to all keys."

    steps: list["RolloutStepResponse"]
    "With rising weights."
    onFailure: str
    "pause or rollback: what a bad verdict does."
    minAdoption: Union[float, None]
    "The part of the label's runtimes that a gate for adoption waits for; null for 0.95."


class RolloutStepResponse(TypedDict):
    "A step of a rollout."

    weight: int
    "How many of 100,000 keys have the new versions."
    minDuration: str
    "How long it is watched before the next, as ISO 8601 has it."
    gate: Union[str, None]
    "What the next one waits for, too: approval, verdict or adoption; null for nothing."


class RotateApiKeyRequest(TypedDict):
    graceSeconds: NotRequired[Union[int, None]]
    "How long the secret before goes on: 0 to 86400; 0 when absent."
    version: NotRequired[Union[int, None]]
    "The version that the key must have; absent for any."
    revokeDescendants: NotRequired[Union[bool, None]]
    "Whether the keys end that the key made or gave another secret; false when absent. For a secret that has leaked."


class RotateWebhookRequest(TypedDict):
    graceSeconds: NotRequired[Union[int, None]]
    "How long events are signed with the secret before, too: 0 to 86400; 86400 when absent, 0 for one that has leaked."


class RunningVersionResponse(TypedDict):
    "A version that runs."

    agent: str
    "The agent."
    version: int
    "The version."


class RuntimeBehindResponse(TypedDict):
    "A runtime that does not have what a release brought."

    instance: str
    "The runtime."
    labelRevision: Union[int, None]
    "The label's revision that it has."


class RuntimeDetailResponse(TypedDict):
    "A runtime with the versions that it runs."

    runtime: "RuntimeResponse"
    "The runtime."
    applied: list["RunningVersionResponse"]
    "The versions, in the order of the agents' ids."


class RuntimeEventData(TypedDict):
    "What became of which runtime."

    instance: str
    status: str
    kind: str


class RuntimeLeaseResponse(TypedDict):
    "That what a runtime said holds."

    until: str
    "Until when, unless it says it again."


class RuntimeListResponse(TypedDict):
    "The tenant's runtimes."

    items: list["RuntimeResponse"]
    "In the order of their names."


class RuntimeReportRequestAppliedItem(TypedDict):
    agent: str
    "The agent's id."
    version: int
    "The version."


class RuntimeReportRequest(TypedDict):
    label: NotRequired[Union[str, None]]
    "The label whose versions it runs; absent for the current ones."
    labelRevision: NotRequired[Union[int, None]]
    "The label's revision that it has; there with a label only."
    applied: list["RuntimeReportRequestAppliedItem"]
    "The versions that it runs: of an agent in a rollout both."
    sdk: NotRequired[Union[str, None]]
    "What it asks with, for people."


class RuntimeResponse(TypedDict):
    "Something that runs agents, as it says itself."

    instance: str
    "Its name."
    status: str
    "`live`, or `silent` when it has not reported for a minute and has not ended."
    label: Union[str, None]
    "The label whose versions it runs; null for the current ones."
    labelRevision: Union[int, None]
    "The label's revision that it has."
    sdk: Union[str, None]
    "What it asks with."
    versions: int
    "How many versions it runs."
    since: str
    "Since when it reports."
    seenAt: str
    "When it last reported."


ScheduledWindow = TypedDict("ScheduledWindow", {
    "from": 'str',
    "until": 'str',
})


class StartTaskRequest(TypedDict):
    kind: Literal['revalidate', 'purge', 'tools', 'files']
    "revalidate, purge, tools or files; an import starts with its lines."


class StatusChangeRequest(TypedDict):
    reason: NotRequired[Union[str, None]]
    "Kept in the history."
    note: NotRequired[Union[str, None]]
    "The same, as every write has it; where both are there, this one is kept."


class TaskErrorResponse(TypedDict):
    "Why a task failed."

    code: str
    "Stable, for programs."
    message: str
    "For people."

TaskKind = Literal['import', 'revalidate', 'purge', 'upgrade', 'undo_upgrade', 'tools', 'files', 'bulk']


class TaskListResponse(TypedDict):
    "A page of the tenant's tasks."

    items: list["TaskResponse"]
    "Newest first."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class TaskResponse(TypedDict):
    "A task."

    id: str
    "Its id."
    kind: "TaskKind"
    "import, revalidate, purge, tools, files …"
    status: "TaskStatus"
    "queued, running, completed or failed."
    progress: "ProgressResponse"
    "How far it is."
    result: Union[dict[str, Any], None]
    "What came of it so far; null before the first item. See docs/tasks.md."
    error: Union["TaskErrorResponse", None]
    createdAt: str
    "When it was asked for."
    finishedAt: Union[str, None]
    "When it completed or failed; null before."
    actor: str
    "Who asked for it."
    report: NotRequired[Union["ImportReportResponse", None]]

TaskStatus = Literal['queued', 'running', 'completed', 'failed', 'expired']


class TemplateContentVariablesValue(TypedDict):
    type: Literal['string', 'number', 'boolean', 'enum', 'file', 'list', 'object']
    label: NotRequired[Union[str, None]]
    "What people call it."
    description: NotRequired[Union[str, None]]
    default: NotRequired[Any]
    "A value of the declared type."
    required: NotRequired[Union[bool, None]]
    min: NotRequired[Union[float, None]]
    "The least number, length of a text, or items of a list."
    max: NotRequired[Union[float, None]]
    "The greatest number, length of a text, or items of a list."
    choices: NotRequired[Union[list[str], None]]
    "The values of an enum."


class TemplateContent(TypedDict):
    id: NotRequired[Union[str, None]]
    "A slug chosen by the client; made by the server when absent. Only for a new template."
    name: str
    "What people call the template."
    description: NotRequired[Union[str, None]]
    "What its agents are for; also their description."
    type: "AgentType"
    variables: NotRequired[Union[dict[str, "TemplateContentVariablesValue"], None]]
    "What has to be, or may be, given to make an agent, by name."
    config: Union[dict[str, Any], None]
    "The configuration of the agents. {{name}} in a text stands for a variable; a text that is nothing but one becomes its value, a number too."
    tags: NotRequired[Union[list[str], None]]
    metadata: NotRequired[Union[dict[str, Any], None]]
    "A free object of the template's own; its agents do not have it."
    note: NotRequired[Union[str, None]]
    "Why this is written: kept with the version, and shown in the history. No part of what is read."


class TemplateDryRunResponse(TypedDict):
    "What a write of a template would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."
    effect: Union["TemplateEffectResponse", None]
    referrers: NotRequired[Union[list["ReferrerResponse"], None]]
    "The agents that were made from a template that is to go; absent when there is none."


class TemplateEffectResponse(TypedDict):
    "The effect that a write of a template would have."

    kind: "ChangeKind"
    "template_created, template_updated or template_deleted."
    version: Union[int, None]
    "The version that it would make; null for a deletion."
    template: Union["TemplateResponse", None]


class TemplateEventData(TypedDict):
    "What a change did to which template."

    template_id: str
    template_name: str
    version: int
    status: str
    kind: str


class TemplateListResponse(TypedDict):
    "The templates that the tenant may use."

    items: list["TemplateSummaryResponse"]
    "The system's first, then the tenant's own, each in the order of their ids."


class TemplateResponse(TypedDict):
    "A template at one of its versions."

    id: str
    "Unique for the tenant; one with '_' is the system's."
    scope: "TemplateScope"
    "system, which nobody can change, or tenant."
    version: int
    "1 for the first; the ETag."
    name: str
    "What people call it."
    description: Union[str, None]
    "What its agents are for."
    type: "AgentType"
    "The type of the agents that it makes."
    variables: dict[str, Any]
    "What has to be, or may be, given to make an agent, by name."
    config: dict[str, Any]
    "The configuration of the agents, with variables as {{name}}."
    tags: list[str]
    "The tags of the agents."
    metadata: dict[str, Any]
    "A free object."
    createdAt: str
    "When it was made."
    createdBy: str
    "Who made it."
    updatedAt: str
    "When this version was made."
    updatedBy: str
    "Who made this version."

TemplateScope = Literal['system', 'tenant']


class TemplateSummaryResponse(TypedDict):
    "A template in a list."

    id: str
    "Its id."
    scope: "TemplateScope"
    "system or tenant."
    version: int
    "Its newest version."
    name: str
    "What people call it."
    description: Union[str, None]
    "What its agents are for."
    type: "AgentType"
    "The type of the agents that it makes."
    agents: int
    "How many agents of the tenant were made from it."
    behind: int
    "How many of these are of an older version."
    updatedAt: str
    "When its newest version was made."


class TenantChangeResponse(TypedDict):
    "What setting a tenant's tier came to, or with dryRun would come to."

    applied: bool
    "Whether it was set."
    tenant: "TenantResponse"
    "The tenant with the limits that it has then, once any grace is over."
    excesses: list["ExcessResponse"]
    "What it has beyond these limits."


class TenantEventData(TypedDict):
    "What a change did to the tenant itself."

    tier: str
    kind: str


class TenantResponse(TypedDict):
    "A tenant, as it sees itself."

    id: str
    "The tenant's id."
    tier: str
    "free, advance, professional or enterprise."
    limits: "LimitsResponse"
    "What the tier allows."
    usage: "UsageResponse"
    "What the tenant uses."
    revision: int
    "How many changes its log holds."
    grace: Union["GraceResponse", None]
    settings: "TenantSettings"
    "How its clients are to work."
    nextMaintenance: NotRequired[Union["ScheduledWindow", None]]


class TenantSettings(TypedDict):
    "How a tenant's clients are to work."

    requireIfMatch: NotRequired[bool]
    "Whether a write that changes an agent or a template must have If-Match; without it the answer is 428."
    defaultModel: NotRequired[Union["DefaultModelSetting", None]]
    defaultLabel: NotRequired[Union[str, None]]
    "The label whose versions services get that ask for none; null for latest, the current ones."


class TokenRequest(TypedDict):
    tenant: str
    "1 to 64 letters, digits, '_' and '-'."
    role: str
    "One of the roles."
    tier: NotRequired[Union[str, None]]
    "The tier that the token claims."


class TokenResponse(TypedDict):
    "A token."

    token: str
    "For the Authorization header, after \"Bearer \"."
    expiresAt: str
    "When it ends."


class UpdateWebhookRequest(TypedDict):
    url: NotRequired[Union[str, None]]
    "Where to send."
    description: NotRequired[Union[str, None]]
    "What it is for; null for nothing."
    events: NotRequired[Union[list[Literal['agent_created', 'agent_updated', 'agent_deleted', 'agent_activated', 'agent_deactivated', 'template_updated', 'tenant_updated', 'file_updated', 'api_key_updated', 'webhook_updated', 'label_updated', 'release_updated', 'runtime_silent']], None]]
    "The names of the events to send; null or empty for all."
    disabled: NotRequired[Union[bool, None]]
    "Whether nothing is to be sent. With false one goes on where it was, and what had failed is sent at once."


class UpgradeAllRequest(TypedDict):
    toVersion: NotRequired[Union[int, None]]
    "The template's version; the newest when absent."
    onConflict: NotRequired[Literal['refuse', 'mine', 'theirs', None]]
    "refuse, which leaves the agent as it is and reports it, mine or theirs."
    maxFailures: NotRequired[Union[int, None]]
    "After a wave in which more agents than this were refused, the rest is left alone; 0 by default."


class UpgradeRequest(TypedDict):
    toVersion: NotRequired[Union[int, None]]
    "The template's version; the newest when absent."
    variables: NotRequired[Union[dict[str, Any], None]]
    "Values that are to differ from those that the agent was made with."
    onConflict: NotRequired[Literal['refuse', 'mine', 'theirs', None]]
    "refuse, which answers 409 with all conflicts, mine or theirs."
    decisions: NotRequired[Union[dict[str, Literal['mine', 'theirs']], None]]
    "mine or theirs, by the label of a conflict."
    note: NotRequired[Union[str, None]]
    "Kept in the history."


class UsageResponse(TypedDict):
    "What a tenant uses of its limits."

    agents: int
    "Agents that are not archived."
    activeAgents: int
    "Of these, the active ones."
    createsToday: int
    "Agents made since 00:00 UTC."
    templates: int
    "Templates of the tenant's own."
    maxTools: int
    "The most tools that an agent has."
    maxMcpServers: int
    "The most MCP servers that an agent has."
    maxCollections: int
    "The most knowledge collections that an agent has."
    maxInstructionCharacters: int
    "The longest instruction template."
    fileBytes: int
    "Bytes of all files."
    storedBytes: int
    "Bytes of the contents of all versions of agents and templates that are kept."


class ValidationResponse(TypedDict):
    "What validation found."

    valid: bool
    "Whether a write of this content would be accepted."
    issues: list["IssueResponse"]
    "Errors and warnings."


class VerdictRequest(TypedDict):
    name: str
    "What was looked at; a later verdict of the same name takes its place."
    ok: bool
    "Whether all is well. If not, a rollout is paused or taken back."
    value: NotRequired[Union[float, None]]
    "What was measured."
    url: NotRequired[Union[str, None]]
    "Where more is said."


class VerdictResponse(TypedDict):
    "What an evaluation or a monitor says."

    name: str
    "What was looked at."
    ok: bool
    "Whether all is well."
    value: Union[float, None]
    "What was measured."
    url: Union[str, None]
    "Where more is said."
    at: str
    "When."
    by: str
    "Who."


class VersionListResponse(TypedDict):
    "A page of an agent's history, newest first."

    items: list["VersionResponse"]
    "The versions."
    nextCursor: Union[str, None]
    "The `cursor` of the next page; null on the last."


class VersionResponse(TypedDict):
    "A line of an agent's history."

    version: int
    "The version that the change made."
    at: str
    "When."
    actor: str
    "Who."
    kind: "ChangeKind"
    "agent_created, agent_updated, agent_activated …"
    note: Union[str, None]
    "The reason or note that the actor gave."
    fields: list[str]
    "JSON pointers of what the change changed, to the sections of the configuration; empty of the first version, and of templates."


class VersionRuleResponse(TypedDict):
    "How the version of one agent is chosen."

    agent: str
    "The agent."
    stable: Union[int, None]
    "For all whom no rollout concerns; null for none."
    candidate: Union[int, None]
    "For the keys that a rollout has reached; null outside of one."
    weight: int
    "How many of 100,000 keys that is."
    seed: Union[str, None]
    "What keys are mixed with; null outside of a rollout."
    release: str
    "The release that made the assignment."


class VoteRequest(TypedDict):
    planHash: str
    "The plan's hash, as the release has it."
    comment: NotRequired[Union[str, None]]
    "Kept in the history."


class WebhookDeliveryResponse(TypedDict):
    "How far a webhook has got, and how it fares."

    revision: int
    "Up to which revision everything was accepted, was not wanted, or was given up."
    attempts: int
    "How often the next event was sent in vain."
    failingSince: Union[str, None]
    "When that began; null while nothing fails."
    nextAttemptAt: Union[str, None]
    "When it is sent again; null for at once."
    lastFailure: Union[str, None]
    "http_ and the status, timeout, unreachable or secret_unreadable; null when nothing failed since an event was accepted."
    lastAcceptedAt: Union[str, None]
    "When an event was accepted last; null for never."


class WebhookDryRunResponse(TypedDict):
    "What a write of a webhook would do, asked with `dryRun=true`. Nothing was changed."

    valid: bool
    "Whether it would be accepted."
    issues: list["IssueResponse"]
    "Errors."
    kind: Union[str, None]
    "The kind of the change that it would make; null when it would change nothing, or is not valid."


class WebhookEventData(TypedDict):
    "What a change did to which webhook; where it sends is for those who may manage webhooks."

    webhook_id: str
    status: str
    kind: str


class WebhookListResponse(TypedDict):
    "The tenant's webhooks."

    items: list["WebhookResponse"]
    "All of them, oldest first; at most 20."


class WebhookPingResponse(TypedDict):
    "What became of a ping."

    accepted: bool
    "Whether the answer was a success."
    status: Union[int, None]
    "The answer's status; null when there was none."
    failure: Union[str, None]
    "As lastFailure of a webhook; null when it was accepted."
    durationMilliseconds: int
    "How long it took."


class WebhookResponse(TypedDict):
    "An address to which the tenant's changes are sent, without its secret."

    id: str
    "Its id."
    url: str
    "Where to."
    description: Union[str, None]
    "What it is for; null for nothing."
    events: list[str]
    "The names of the events that are sent; empty for all."
    disabled: bool
    "Whether nothing is sent."
    disabledReason: Union[str, None]
    "Why: by_request, gone (it answered 410) or not_accepting (nothing for five days); null while it is not."
    version: int
    "1 for a new one, and one more with every change; the ETag."
    createdAt: str
    "When it was made."
    createdBy: str
    "By whom."
    updatedAt: str
    "When it was changed last."
    updatedBy: str
    "By whom."
    secretRotatedAt: str
    "When its secret was made."
    formerSecretUntil: Union[str, None]
    "Until when the secret before signs, too; null when none does."
    delivery: "WebhookDeliveryResponse"
    "How far it has got."


class WebhookSecretResponse(TypedDict):
    "A webhook with its secret, which is shown this once."

    webhook: "WebhookResponse"
    "The webhook."
    secret: str
    "whsec_ and, in base64, the bytes that events are signed with."
