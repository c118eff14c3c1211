/** One consumer of a group in this process. */
export type Member = {
  readonly owned: ReadonlySet<number>; // partitions
  /** Grows with each rebalance: a batch of an older generation commits nothing. */
  readonly generation: number;
  leave(): void;
};

/**
 * Shares the partitions of a topic among the members of a group that live in this process: each
 * partition has one reader at a time, and everything is shared anew when a member joins or leaves.
 */
export type Groups = { join(group: string, partitions: number): Member };

export function openGroups(onRebalance: () => void): Groups {
  const groups = new Map<string, { members: MutableMember[]; generation: number }>();
  return {
    join: (name, partitions) => {
      const group = groups.get(name) ?? { members: [], generation: 0 };
      groups.set(name, group);
      const member: MutableMember = {
        owned: new Set(),
        generation: 0,
        leave: () => {
          group.members = group.members.filter((other) => other !== member);
          member.owned = new Set();
          share(group, partitions);
          if (group.members.length === 0) groups.delete(name);
          onRebalance();
        },
      };
      group.members.push(member);
      share(group, partitions);
      onRebalance();
      return member;
    },
  };
}

type MutableMember = { owned: ReadonlySet<number>; generation: number; leave(): void };

function share(group: { members: MutableMember[]; generation: number }, partitions: number): void {
  group.generation += 1;
  for (const [at, member] of group.members.entries()) {
    const owned = Array.from({ length: partitions }, (_, partition) => partition).filter(
      (partition) => partition % group.members.length === at,
    );
    member.owned = new Set(owned);
    member.generation = group.generation;
  }
}
