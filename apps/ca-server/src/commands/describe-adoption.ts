import type { AdoptionPlan, AdoptionRecord } from '../adoption/index.ts'
import type { IssuedSince } from './issued-since.ts'

/** A plan for programs; no key, no token. */
export const describePlan = ({ kind, config, things, files, warnings, next }: AdoptionPlan) => ({
  kind,
  things,
  writes: files.map(({ path }) => path),
  configuration: config,
  warnings,
  next,
})

/** An undo for programs. */
export const describeAdoption = ({ kind, at, aside }: AdoptionRecord, issued: IssuedSince) => ({
  kind,
  importedAt: at,
  keptIn: aside,
  ...issued,
})
