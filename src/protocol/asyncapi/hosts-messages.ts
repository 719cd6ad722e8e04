/** What a host says of the hosts of its cluster, to the clients of sessions and to its own. */
export const hostsOfCluster = {
  says: 'The hosts of the cluster, after each change: where a client connects that its own does not answer any more. `token`: what all of them ask for.',
  example: {
    type: 'hosts',
    hosts: [
      { id: 'b7x2', name: 'studio-1', address: 'http://192.168.1.7:8137', here: true },
      { id: 'q4m9', name: 'studio-2', address: 'http://192.168.1.8:8137' },
    ],
  },
} as const;
