const { LOG_LEVEL: _level, LOG_FILE: _file, LOG_JSON: _json, FORCE_COLOR: _force, ...REST } = process.env

/** The environment of every contestant: of what loggers listen to nothing comes from outside, so that all runs are alike. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { ...REST, NO_COLOR: '1', NODE_ENV: 'production' }
