import { type Command, Option } from 'commander'

/** Options of the old certmgr by what they are here; none of them shows in --help. */
const FLAGS = [
  ['-d, --dir <path>', 'specs'],
  ['-m, --svcmgr <name>', 'service manager'],
  ['-t, --before <duration>', 'renewal before the end'],
  ['-i, --interval <duration>', 'how often the CA is asked'],
  ['--interval_splay <duration>', 'bound of what chance adds'],
  ['--initial_splay <duration>', 'the same for the first interval'],
  ['--log.json', 'as --log json'],
  ['-l, --level <level>', 'as --log-level'],
] as const

/** Lets scripts that were written for the old certmgr run as they are. */
export const addOldSpellings = (program: Command): Command => {
  for (const [flags, description] of FLAGS)
    program.addOption(new Option(flags, description).hideHelp())
  return program
}
