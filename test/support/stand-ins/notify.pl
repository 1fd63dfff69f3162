#!/usr/bin/perl
# notify.pl PROGRAM [argument…]: runs it, and tells systemd READY=1 from the main process once it says so.
use strict;
use warnings;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

my $socket = delete $ENV{NOTIFY_SOCKET};
my $child = open(my $output, '-|') // die "fork: $!";
if ($child == 0) { exec @ARGV or die "exec: $!" }
$SIG{TERM} = $SIG{INT} = sub { kill 'TERM', $child };
while (my $line = <$output>) {
    print $line;
    next unless $line eq "ready\n" && $socket;
    $socket =~ s/^@/\0/;
    my $manager = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $socket) or die "notify: $!";
    $manager->send('READY=1');
}
waitpid $child, 0;
exit($? & 127 ? 1 : $? >> 8);
