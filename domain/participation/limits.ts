/** Single messages somebody hid; whoever hides more clears the history instead. */
export const hiddenMessagesMax = 1_000;
