import type { components, operations } from './api.js';

type Schemas = components['schemas'];

export type Agent = Schemas['AgentResponse'];
export type AgentConfig = Schemas['AgentConfig'];
export type AgentContent = Schemas['AgentContent'];
export type AgentPage = Schemas['AgentListResponse'];
export type AgentStatus = Schemas['AgentStatus'];
export type AgentSummary = Schemas['AgentSummaryResponse'];
export type AgentType = Schemas['AgentType'];
export type AgentVersion = Schemas['VersionResponse'];
export type Difference = Schemas['DifferenceResponse'];
export type Risk = Schemas['RiskResponse'];
export type DryRun = Schemas['DryRunResponse'];
export type ExportLine = Schemas['ExportLine'];
export type Issue = Schemas['IssueResponse'];
/** What a label's versions are chosen by. */
export type LabelRules = Schemas['LabelRulesResponse'];
export type Problem = Schemas['Problem'];
export type Task = Schemas['TaskResponse'];
export type Template = Schemas['TemplateResponse'];
export type TemplateContent = Schemas['TemplateContent'];
export type TemplateSummary = Schemas['TemplateSummaryResponse'];
export type Tenant = Schemas['TenantResponse'];
export type Validation = Schemas['ValidationResponse'];
export type VersionRule = Schemas['VersionRuleResponse'];
export type InstantiateRequest = Schemas['InstantiateRequest'];
export type UpgradeRequest = Schemas['UpgradeRequest'];

/** Which agents to list. */
export type AgentQuery = Omit<NonNullable<operations['listAgents']['parameters']['query']>, 'cursor'>;

/** A JSON merge patch (RFC 7396) of an agent's content: null removes a member. */
export type AgentPatch = { [Member in keyof AgentContent]?: unknown };

/** An event of the feed: something has changed. `data` says what; for how, read the agent. */
export interface Change {
  /** A name of a later service may come, too. */
  event: Schemas['EventName'] | (string & {});
  type: 'change' | 'notice';
  event_id: string;
  timestamp: string;
  tenant_id: string;
  /** 1, 2, 3 … without gaps. Keep the last one that was handled. */
  revision: number;
  correlation_id: string;
  data: ChangeData;
}

export interface ChangeData {
  /** The exact kind: `agent_rolled_back`, `agent_archived` … */
  kind?: string;
  agent_id?: string;
  agent_name?: string;
  version?: number;
  status?: string;
  degraded?: string[];
  template_id?: string;
  /** Of a change of what a label has, or of its policy. */
  label?: string;
  [member: string]: unknown;
}
