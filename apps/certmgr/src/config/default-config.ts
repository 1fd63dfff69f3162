import { NODE_PATHS } from '@easycerts/shared/layout'

/** A configuration whose every line is a comment with the default. */
export const DEFAULT_CONFIG = `# certmgr. Every line shows the default; take away the # to change it.
# "certmgr check" finds every fault of this file and of the specs.

# Where specs are.
# specs: ${NODE_PATHS.specDirectory}

# Specs of the old certmgr, kept true as well: its configuration.
# oldCertmgr: /etc/certmgr/certmgr.yaml

# Where this node's identity is, and what certmgr keeps for itself.
# identity: ${NODE_PATHS.identityDirectory}
# state: ${NODE_PATHS.certmgrState}

# What restarts and reloads: systemd, openrc, sysv, circus, command, or none.
# serviceManager:
#   kind: systemd

# The longest that one action, one call of the CA and one sleep may take.
# actionTimeout: 90s
# requestTimeout: 20s
# checkInterval: 10m

# Whether certmgr looks that components serve what it has renewed.
# proveUse: true

# Metrics for Prometheus, over plain HTTP and without secrets; left out: none.
# metrics:
#   address: 127.0.0.1
#   port: 9632
`
