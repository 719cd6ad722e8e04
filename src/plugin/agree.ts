/** Whether two types are equal, such as a schema's and the one that it describes: `true satisfies Agree<A, B>` does not compile where they differ. */
export type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
