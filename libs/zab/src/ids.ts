declare const serverIdBrand: unique symbol;
declare const storeIdBrand: unique symbol;
declare const incarnationBrand: unique symbol;

/** ZooKeeper's sid. Voters are 1…254; observers (gateways) are 1001 and up. */
export type ServerId = number & { readonly [serverIdBrand]: true };

/** Identity of one data folder, drawn at random (below 2^53) when the folder is made. A wiped replica has a new one. */
export type StoreId = number & { readonly [storeIdBrand]: true };

/** Identity of one run of one process (below 2^53), new at each start; later starts have larger ones. */
export type Incarnation = number & { readonly [incarnationBrand]: true };
