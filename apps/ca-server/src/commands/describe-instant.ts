import { describeDuration } from '@easycerts/shared/time'
import type { CommandContext } from './command-context.ts'

/** For people: 'in 29d 23h', '5m ago', '-' for never. */
export const describeInstant = (
  { clock }: Pick<CommandContext, 'clock'>,
  instant: string | null,
): string => {
  if (instant === null) return '-'
  const left = new Date(instant).getTime() - clock().getTime()
  return left > 0 ? `in ${describeDuration(left)}` : `${describeDuration(-left)} ago`
}
