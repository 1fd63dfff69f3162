# What each daemon may do, as in the units for other systems.
let
  node = {
    LimitCORE = "0";
    NoNewPrivileges = "yes";
    ProtectSystem = "strict";
    PrivateTmp = "yes";
    PrivateDevices = "yes";
    ProtectKernelTunables = "yes";
    ProtectKernelModules = "yes";
    ProtectKernelLogs = "yes";
    ProtectControlGroups = "yes";
    ProtectClock = "yes";
    ProtectHostname = "yes";
    ProtectProc = "invisible";
    RestrictNamespaces = "yes";
    RestrictRealtime = "yes";
    RestrictSUIDSGID = "yes";
    LockPersonality = "yes";
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    ProtectHome = "yes";
    RestrictAddressFamilies = [
      "AF_INET AF_INET6 AF_UNIX"
      "AF_NETLINK"
    ];
  };
in
{
  certmgr = node // {
    SystemCallFilter = "@system-service @pkey";
    UMask = "0022";
    CapabilityBoundingSet = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER";
  };
  caServer = node // {
    SystemCallFilter = [
      "@system-service @pkey"
      "~@privileged @resources"
    ];
    UMask = "0077";
    CapabilityBoundingSet = "";
    RemoveIPC = "yes";
  };
}
