/** The longest full names of real people are shorter. */
export const nameCodePointsMax = 100;
/** A short paragraph about oneself. */
export const aboutCodePointsMax = 1_000;
/** Facts a person lists about herself: a place, a site, a time zone. */
export const profileFieldsMax = 10;
/** Of a label and of a value alike: a line each. */
export const fieldCodePointsMax = 200;
/** Short enough to be said aloud, long enough to be had; starts with a letter. */
export const handlePattern = /^[a-z][a-z0-9_.]{2,31}$/;
