/** What a node may be to those who list nodes. */
export const NODE_STATES = ['joining', 'joined', 'quarantined', 'frozen', 'removed'] as const
