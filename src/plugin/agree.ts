/** Whether two types say the same: a schema and the type that it is of. A difference in either direction does not compile. */
export type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
