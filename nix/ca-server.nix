# The host of the CA: made once, served for ever, and joined by a ticket of its own.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    concatMapStringsSep
    escapeShellArg
    mkIf
    optional
    optionalAttrs
    optionalString
    ;
  cfg = config.services.easycerts;
  kubernetes = config.services.kubernetes;
  facts = import ./facts.nix { inherit config lib; };
  hardening = import ./hardening.nix;

  user = "easycerts";
  dataDirectory = "/var/lib/easycerts-ca";
  caServer = "${cfg.package}/bin/ca-server";
  description = pkgs.writeText "cluster.yaml" (builtins.toJSON facts.description);
  addressFlags = concatMapStringsSep " " (host: "--address ${escapeShellArg host}");
  passphrase = optionalString (cfg.passphraseFile != null) (
    " --passphrase-file ${escapeShellArg cfg.passphraseFile}"
  );

  # What cfssl had of services.kubernetes.pki; the credential is a copy that ca-server may read.
  hasLegacy = cfg.legacyTokenFile != null;
  legacyConfig = "/etc/easycerts/cfssl.json";
  legacyFlag = optionalString hasLegacy " --cfssl-config ${legacyConfig}";
  legacySigning = {
    signing.profiles.default = {
      usages = [ "digital signature" ];
      auth_key = "default";
      expiry = "720h";
    };
    auth_keys.default = {
      type = "standard";
      key = "file:/run/credentials/ca-server.service/apitoken";
    };
  };

  init = ''
    if [ -e ${dataDirectory}/ca-server.yaml ]; then
      exit 0
    fi
    set --
    if [ -s ${escapeShellArg cfg.caCertPathPrefix}.pem ] && [ -s ${escapeShellArg cfg.caCertPathPrefix}-key.pem ]; then
      set -- --import-issuer ${escapeShellArg "cluster=${cfg.caCertPathPrefix}.pem,${cfg.caCertPathPrefix}-key.pem"}
    ${optionalString (!cfg.genCfsslCACert) ''
      else
        echo "there is no CA at ${cfg.caCertPathPrefix}.pem, and genCfsslCACert is false" >&2
        exit 75
    ''}fi
    ${caServer} init --name ${escapeShellArg facts.clusterName} ${addressFlags facts.caAddresses} \
      --apiserver ${escapeShellArg facts.url} --domain ${escapeShellArg facts.domain} \
      --service-cidr ${escapeShellArg kubernetes.apiserver.serviceClusterIpRange} \
      ${
        optionalString (
          kubernetes.clusterCidr != null
        ) "--pod-cidr ${escapeShellArg kubernetes.clusterCidr} "
      }--kubernetes-version ${facts.release} \
      --description /etc/easycerts/cluster.yaml${passphrase} "$@"
    chown -R ${user}:${user} ${dataDirectory}
  '';

  # A join that was cut short goes on with its own ticket; one that is refused gets another next time.
  joinByOwnTicket = ''
    ticket=/var/lib/easycerts/own-ticket
    if [ ! -s "$ticket" ]; then
      ${caServer} ticket create --node ${escapeShellArg facts.nodeName} --role master \
        --cluster-admin --ttl 10m ${addressFlags facts.hosts} > "$ticket.new"
      mv "$ticket.new" "$ticket"
    fi
    status=0
    ${cfg.package}/bin/node-join --no-units --no-start < "$ticket" || status=$?
    if [ "$status" = 0 ] || [ "$status" = 77 ]; then
      rm -f "$ticket"
    fi
    if [ "$status" != 0 ]; then
      exit "$status"
    fi
    systemctl start certmgr.service
  '';

  restarted = {
    Restart = "on-failure";
    RestartSec = "10s";
  };
in
{
  config = mkIf (cfg.enable && facts.isMaster) {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
      description = "ca-server of easycerts";
    };
    users.groups.${user} = { };

    environment.etc = {
      "easycerts/cluster.yaml".source = description;
    }
    // optionalAttrs hasLegacy {
      "easycerts/cfssl.json".text = builtins.toJSON legacySigning;
    };
    environment.systemPackages = [ cfg.package ];
    networking.firewall.allowedTCPPorts = mkIf cfg.openFirewall (
      [
        7443
        7444
        7480
      ]
      ++ optional hasLegacy 8888
    );

    systemd.services.ca-server-init = {
      description = "The CA of the cluster, made at the first start";
      before = [ "ca-server.service" ];
      # Not required: both are started again until they work, and a dead requirement would end that.
      wantedBy = [ "ca-server.service" ];
      unitConfig.StartLimitIntervalSec = 0;
      serviceConfig = restarted // {
        Type = "oneshot";
        RemainAfterExit = true;
        UMask = "0077";
      };
      script = init;
    };

    systemd.services.ca-server = {
      description = "ca-server, the certificate authority of the cluster";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      unitConfig.StartLimitIntervalSec = 0;
      reloadTriggers = [ description ];
      serviceConfig = hardening.caServer // {
        Type = "notify";
        User = user;
        ExecStart = "${caServer} serve${passphrase}${legacyFlag}";
        LoadCredential = optional hasLegacy "apitoken:${cfg.legacyTokenFile}";
        ExecReload = "${caServer} config reload";
        Restart = "always";
        RestartSec = "5";
        NotifyAccess = "all";
        WatchdogSec = "60";
        RestartPreventExitStatus = "78";
        StateDirectory = "easycerts-ca";
        StateDirectoryMode = "0700";
        LoadCredentialEncrypted = optional (
          cfg.passphraseFile == null
        ) "ca-server-kek:${dataDirectory}/keys/kek.cred";
      };
    };

    systemd.services.easycerts-own-ticket = mkIf cfg.genCfsslAPIToken {
      description = "The ticket by which the host of the CA joins its cluster";
      wantedBy = [ "multi-user.target" ];
      wants = [ "ca-server.service" ];
      after = [ "ca-server.service" ];
      unitConfig = {
        StartLimitIntervalSec = 0;
        ConditionPathExists = "!/etc/easycerts/certmgr.yaml";
      };
      serviceConfig = restarted // {
        Type = "oneshot";
        StateDirectory = "easycerts";
        StateDirectoryMode = "0700";
        UMask = "0077";
      };
      script = joinByOwnTicket;
    };
  };
}
