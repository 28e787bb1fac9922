import { DATADOG } from './datadog.ts'
import { ECS } from './ecs.ts'
import { GCP } from './gcp.ts'
import { OTEL } from './otel.ts'
import type { Preset } from './preset.ts'
import { SPLUNK } from './splunk.ts'

/** The log stores whose shape is known. */
export type PresetName = 'ecs' | 'gcp' | 'datadog' | 'otel' | 'splunk'

/** The shape of each. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  ecs: ECS,
  gcp: GCP,
  datadog: DATADOG,
  otel: OTEL,
  splunk: SPLUNK,
}
