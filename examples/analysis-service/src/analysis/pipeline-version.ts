/**
 * The version of everything that turns a recording into figures; part of the cache's key. Raise it with every change after
 * which the same recording may give other figures: results of the old pipeline are then never served as the new one's.
 */
export const PIPELINE_VERSION = '2'
