import { lstatSync, type Stats } from 'node:fs'
import { fileMode } from '@easycerts/shared/certificate-spec'
import { foundAt, type Place, type SpecifiedFile } from './place.ts'

/** 'mode 0644 instead of 0600' and the like; undefined for a file that is as specified, or absent. */
export const driftOf = (place: Place, file: SpecifiedFile): string | undefined => {
  const stats = lstatSync(foundAt(place, file.path), { throwIfNoEntry: false })
  if (!stats) return undefined
  return [modeDrift(stats, file), ownerDrift(stats, file, place)].find((text) => text !== undefined)
}

const modeDrift = (stats: Stats, { path, mode }: SpecifiedFile): string | undefined => {
  const found = stats.mode & 0o7777
  return found === fileMode(mode)
    ? undefined
    : `${path} has mode 0${found.toString(8)} instead of ${mode}`
}

const ownerDrift = (
  stats: Stats,
  { path, owner, group }: SpecifiedFile,
  { ids }: Place,
): string | undefined => {
  const uid = ids.uidOf(owner)
  const gid = ids.gidOf(group)
  if (uid !== undefined && uid !== stats.uid) return `${path} does not belong to ${owner}`
  return gid !== undefined && gid !== stats.gid
    ? `${path} does not belong to the group ${group}`
    : undefined
}
