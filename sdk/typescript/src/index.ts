export { AgentManagement, AgentWrites, Agents, Tasks, Templates } from './client.js';
export type { FollowOptions } from './changes.js';
export { systemClock, type Clock } from './clock.js';
export { ConfigurationCache } from './configurations.js';
export type {
  ConfigurationCacheOptions, ConfigurationStore, Known, LabelledAgent, LabelledAgents, RuntimeOptions,
} from './configurations.js';
export * from './errors.js';
export type { AnswerInfo, CallOptions, ClientOptions, TokenSource, WriteOptions } from './transport.js';
export type * from './types.js';
export { bucketOf, chooseVersion, type ChosenVersion } from './variants.js';
