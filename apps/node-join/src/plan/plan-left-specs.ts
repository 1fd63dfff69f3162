import { basename } from 'node:path'
import { formatConfig } from '@easycerts/shared/config'
import { formatLegacyRemote, type LegacyConfig } from '@easycerts/shared/legacy-certmgr'
import { seconds } from '@easycerts/shared/time'
import { NODE_PATHS } from '@easycerts/shared/layout'
import type { Adoption } from '../adoption/index.ts'
import { type PlannedFile, WRITTEN_BY } from './planned-file.ts'

const DIRECTORY = `${NODE_PATHS.configDirectory}/old-certmgr.d`
export const LEFT_CONFIG = `${NODE_PATHS.configDirectory}/old-certmgr.yaml`

/** Old specs that became none of ours, and a configuration that has them alone. */
export const planLeftSpecs = ({ left, settings }: Adoption): PlannedFile[] =>
  left.length === 0
    ? []
    : [
        ...left.map(({ file, text }) => ({
          path: `${DIRECTORY}/${basename(file)}`,
          content: text,
          mode: MODE,
        })),
        { path: LEFT_CONFIG, content: formatConfig(WRITTEN_BY, configOf(settings)), mode: 0o644 },
      ]

/** A spec may hold its key. */
const MODE = 0o600

/** In the fields of the old certmgr, with what it had by default. */
const configOf = ({ remotes, serviceManager, renewal }: LegacyConfig): object => ({
  dir: DIRECTORY,
  svcmgr: serviceManager,
  ...(remotes.length === 0 ? {} : { default_remote: remotes.map(formatLegacyRemote).join(',') }),
  before: goDuration(renewal.before),
  interval: goDuration(renewal.interval),
  interval_splay: goDuration(renewal.intervalSplay),
  initial_splay: goDuration(renewal.initialSplay),
})

/** Go has no days. */
const goDuration = (duration: number): string => `${Math.ceil(duration / seconds(1))}s`
