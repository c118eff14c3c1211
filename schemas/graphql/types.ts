// Written by `npm run schema` from the SDL.
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment: RFC 3339, UTC, milliseconds. */
  DateTime: { input: Date; output: string; }
  /** A place in the log of events: decimal digits. Positions only grow. */
  Position: { input: bigint; output: string; }
  /** Where a device stands in the log. Opaque: keep it as it came, hand it back as it is. */
  Cursor: { input: string; output: string; }
};

/** Anything with an id that stays the same for ever. */
export type Node = {
  /** Opaque, unique over all types, and good for `node(id:)`. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page lies among all the rows. */
export type PageInfo = {
  /** There are rows behind this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** There are rows before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first row; null when the page is empty. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** Cursor of the last row; null when the page is empty. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** Why a mutation was refused. Nothing was stored. */
export type Refusal = {
  /** For programs. */
  readonly code: RefusalCode;
  /** For people: what forbids it and what to do. */
  readonly message: Scalars['String']['output'];
  /** The input field it is about; null when it is about none. */
  readonly field?: Maybe<Scalars['String']['output']>;
  /** Worth trying again after so many milliseconds; null when it is not. */
  readonly retryAfterMs?: Maybe<Scalars['Int']['output']>;
};

/** What the request cost and what the person has left. */
export type RateLimit = {
  /** Points this request costs. */
  readonly cost: Scalars['Int']['output'];
  /** Points a full allowance holds. */
  readonly limit: Scalars['Int']['output'];
  /** Points left. */
  readonly remaining: Scalars['Int']['output'];
  /** When the allowance is full again. */
  readonly resetAt: Scalars['DateTime']['output'];
};

/** Reading. Everything but introspection needs an access token. */
export type Query = {
  /** Anything that has an id, as far as the viewer may see it. */
  readonly node?: Maybe<Node>;
  /** The same for several, in the order asked; at most 100. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** The person who asks. */
  readonly viewer: Viewer;
  /** A person by id or by handle; null when there is none. */
  readonly person?: Maybe<Person>;
  /** A conversation that the viewer may see; null otherwise. */
  readonly conversation?: Maybe<Conversation>;
  /** Public channels. */
  readonly channels: ConversationConnection;
  /**
   * People, conversations and messages by words; what was sent or changed is found within a second or
   * two. Every word must stand there, whatever its case and accents; the last one may have only begun,
   * "words in quotes" stand side by side, and a longer word may be one letter away.
   */
  readonly search: SearchConnection;
  /** What this request costs, and what is left. */
  readonly rateLimit: RateLimit;
  /** Figures for analysts; null for everybody else. */
  readonly analytics?: Maybe<Analytics>;
};


/** Reading. Everything but introspection needs an access token. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Reading. Everything but introspection needs an access token. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Reading. Everything but introspection needs an access token. */
export type QueryViewerArgs = {
  atLeast?: InputMaybe<Scalars['Position']['input']>;
};


/** Reading. Everything but introspection needs an access token. */
export type QueryPersonArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  handle?: InputMaybe<Scalars['String']['input']>;
};


/** Reading. Everything but introspection needs an access token. */
export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Position']['input']>;
};


/** Reading. Everything but introspection needs an access token. */
export type QueryChannelsArgs = {
  query?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Reading. Everything but introspection needs an access token. */
export type QuerySearchArgs = {
  query: Scalars['String']['input'];
  kinds?: InputMaybe<ReadonlyArray<SearchKind>>;
  in?: InputMaybe<Scalars['ID']['input']>;
  from?: InputMaybe<Scalars['ID']['input']>;
  has?: InputMaybe<ReadonlyArray<SearchTrait>>;
  before?: InputMaybe<Scalars['DateTime']['input']>;
  after?: InputMaybe<Scalars['DateTime']['input']>;
  order?: InputMaybe<SearchOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  cursor?: InputMaybe<Scalars['String']['input']>;
};

/** The person who asks, and what only she may see. */
export type Viewer = Node & {
  /** One for each person; only she can look it up. */
  readonly id: Scalars['ID']['output'];
  /** Her profile. */
  readonly person: Person;
  /** The address she logs in with. */
  readonly email: Scalars['String']['output'];
  /** Her conversations, newest activity first, pinned on top. */
  readonly inbox: InboxConnection;
  /** Unread messages over all conversations that are neither archived nor muted. */
  readonly unread: Scalars['Int']['output'];
  /** What she chose for all her devices. */
  readonly preferences: Preferences;
  /** Where `events(after:)` starts for a client that has just read the first page. */
  readonly cursor: Scalars['Cursor']['output'];
};


/** The person who asks, and what only she may see. */
export type ViewerInboxArgs = {
  filter?: InputMaybe<InboxFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Which conversations an inbox shows. */
export type InboxFilter =
  /** All but the archived ones. */
  | 'ACTIVE'
  /** Only the archived ones. */
  | 'ARCHIVED'
  /** Only those with something unread, or marked unread. */
  | 'UNREAD'
  /** Only the muted ones. */
  | 'MUTED'
  /** Every one. */
  | 'ALL';

/** A page of an inbox. */
export type InboxConnection = {
  /** The rows. */
  readonly edges: ReadonlyArray<InboxEdge>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
  /** The page shows everything up to here. */
  readonly position: Scalars['Position']['output'];
};

/** A row of an inbox. */
export type InboxEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** The conversation. */
  readonly node: Conversation;
};

/** A person, bot or service. */
export type Person = Node & {
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What it is; never changes. */
  readonly kind: PersonKind;
  /** "Deleted person" after erasure. */
  readonly name: Scalars['String']['output'];
  /** Unique name without @; null when there is none. */
  readonly handle?: Maybe<Scalars['String']['output']>;
  /** A few words about herself; null when there are none. */
  readonly about?: Maybe<Scalars['String']['output']>;
  /** Lines she added to her profile. */
  readonly fields: ReadonlyArray<ProfileField>;
  /** Whether she is still there. */
  readonly state: PersonState;
};

/** A line of a profile. */
export type ProfileField = {
  /** What it tells. */
  readonly label: Scalars['String']['output'];
  /** What it says. */
  readonly value: Scalars['String']['output'];
};

/** What an account stands for. */
export type PersonKind =
  /** A human being. */
  | 'PERSON'
  /** A program that talks. */
  | 'BOT'
  /** The platform itself. */
  | 'SERVICE';

/** Whether an account is still there. */
export type PersonState =
  /** As usual. */
  | 'ACTIVE'
  /** Nothing personal is left of it. */
  | 'ERASED';

/** What a person chose for all her devices. */
export type Preferences = {
  /** BCP 47 tag. */
  readonly language: Scalars['String']['output'];
  /** Colours. */
  readonly theme: Theme;
  /** Others see how far she has read, and she sees it of others. */
  readonly readMarks: Scalars['Boolean']['output'];
};

/** Colours of the client. */
export type Theme =
  /** What the device says. */
  | 'SYSTEM'
  /** Dark on light. */
  | 'LIGHT'
  /** Light on dark. */
  | 'DARK';

/** A page of people. */
export type PersonConnection = {
  /** The rows. */
  readonly edges: ReadonlyArray<PersonEdge>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A row of people. */
export type PersonEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** The person. */
  readonly node: Person;
};

/** Where people talk: two of them, a group, or a channel with its subscribers. */
export type Conversation = Node & {
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Which of the three; never changes. */
  readonly kind: ConversationKind;
  /** The other person's name in a direct conversation. */
  readonly title: Scalars['String']['output'];
  /** What it is about; null when nothing was said. */
  readonly about?: Maybe<Scalars['String']['output']>;
  /** Its rules. */
  readonly settings: ConversationSettings;
  /** How many are in it now. */
  readonly memberCount: Scalars['Int']['output'];
  /** Who is in it now, longest-standing first. */
  readonly members: MemberConnection;
  /** Number of the newest message; 0 when there is none. */
  readonly lastNumber: Scalars['Int']['output'];
  /** The newest message the viewer may see; null when there is none. */
  readonly lastMessage?: Maybe<Message>;
  /** Its history. Give `first` or `last`; `around` or `at` with one of them starts in the middle. */
  readonly messages: MessageConnection;
  /** One message by its number; null when the viewer may not see it. */
  readonly message?: Maybe<Message>;
  /** Pinned messages, at most 50, oldest pin first. */
  readonly pins: ReadonlyArray<Message>;
  /** What the viewer keeps about it; null when she never was a member. */
  readonly my?: Maybe<Participation>;
  /** Whether it goes on. */
  readonly state: ConversationState;
};


/** Where people talk: two of them, a group, or a channel with its subscribers. */
export type ConversationMembersArgs = {
  role?: InputMaybe<Role>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Where people talk: two of them, a group, or a channel with its subscribers. */
export type ConversationMessagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  around?: InputMaybe<Scalars['Int']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Where people talk: two of them, a group, or a channel with its subscribers. */
export type ConversationMessageArgs = {
  number: Scalars['Int']['input'];
};

/** Kinds of conversations. */
export type ConversationKind =
  /** Exactly one for each pair of people. */
  | 'DIRECT'
  /** Up to 1,000 members. */
  | 'GROUP'
  /** Admins post, subscribers without limit read. */
  | 'CHANNEL';

/** Whether a conversation goes on. */
export type ConversationState =
  /** It does. */
  | 'OPEN'
  /** The viewer may read but not write. */
  | 'READ_ONLY'
  /** Its owner closed it. */
  | 'CLOSED';

/** Rights in a conversation. */
export type Role =
  /** Everything; one always remains. */
  | 'OWNER'
  /** Everything but roles and closing. */
  | 'ADMIN'
  /** Talks. */
  | 'MEMBER';

/** Rules of a conversation. */
export type ConversationSettings = {
  /** How long after sending a message may be edited, in seconds; 0 means never. */
  readonly editWindowS: Scalars['Int']['output'];
  /** Who may send. */
  readonly posting: Who;
  /** Who may add members. */
  readonly adding: Who;
  /** Who may change title and description, and pin. */
  readonly editing: Who;
  /** Whether anybody may join by herself. */
  readonly joining: Joining;
  /** What a new member sees of what was said before. */
  readonly history: HistoryRule;
};

/** Who may do something. */
export type Who =
  /** Every member. */
  | 'MEMBERS'
  /** Owners and admins. */
  | 'ADMINS';

/** How people come in. */
export type Joining =
  /** Anybody may join. */
  | 'OPEN'
  /** Members add them. */
  | 'INVITED';

/** What a new member sees. */
export type HistoryRule =
  /** All of it. */
  | 'EVERYTHING'
  /** What is said from then on. */
  | 'FROM_JOINING';

/** What the viewer keeps about a conversation. */
export type Participation = Node & {
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Her role. */
  readonly role: Role;
  /** She is in it; false when she left or was removed. */
  readonly member: Scalars['Boolean']['output'];
  /** The newest number when she came. */
  readonly joinedAtNumber: Scalars['Int']['output'];
  /** Her devices have everything up to here. */
  readonly deliveredUpTo: Scalars['Int']['output'];
  /** She has read up to here; never above deliveredUpTo. */
  readonly readUpTo: Scalars['Int']['output'];
  /** Messages after readUpTo that are still there. */
  readonly unread: Scalars['Int']['output'];
  /** The messages that make up `unread`, oldest first. */
  readonly unreadBecause: ReadonlyArray<Message>;
  /** She wants it to look unread. */
  readonly markedUnread: Scalars['Boolean']['output'];
  /** Muted until then; null when it is not. Far in the future when for good. */
  readonly mutedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Out of the active inbox. */
  readonly archived: Scalars['Boolean']['output'];
  /** On top of the inbox. */
  readonly pinned: Scalars['Boolean']['output'];
  /** Cleared for herself up to here; 0 when nothing is. */
  readonly clearedUpTo: Scalars['Int']['output'];
};


/** What the viewer keeps about a conversation. */
export type ParticipationUnreadBecauseArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Somebody in a conversation. */
export type Member = Node & {
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Who it is. */
  readonly person: Person;
  /** Her role. */
  readonly role: Role;
  /** Her devices have everything up to here; null where privacy hides it. */
  readonly deliveredUpTo?: Maybe<Scalars['Int']['output']>;
  /** She has read up to here; null where privacy hides it. */
  readonly readUpTo?: Maybe<Scalars['Int']['output']>;
  /** The newest number when she came. */
  readonly joinedAtNumber: Scalars['Int']['output'];
};

/** A page of conversations. */
export type ConversationConnection = {
  /** The rows. */
  readonly edges: ReadonlyArray<ConversationEdge>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A row of conversations. */
export type ConversationEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** The conversation. */
  readonly node: Conversation;
};

/** A page of members. */
export type MemberConnection = {
  /** The rows. */
  readonly edges: ReadonlyArray<MemberEdge>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A row of members. */
export type MemberEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** The member. */
  readonly node: Member;
};

/** A message. Its number is its place in the conversation: 1, 2, 3 … without a hole. */
export type Message = Node & {
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Where it was said. */
  readonly conversation: Conversation;
  /** Its place. */
  readonly number: Scalars['Int']['output'];
  /** Who said it. */
  readonly author: Person;
  /** When it was said. */
  readonly sentAt: Scalars['DateTime']['output'];
  /** Said, or acted ("/me waves"). */
  readonly form: MessageForm;
  /** DELETED and ERASED have no text. */
  readonly state: MessageState;
  /** What it says, as it was sent; null when deleted or erased. */
  readonly text?: Maybe<Scalars['String']['output']>;
  /** What it answers; null when it answers nothing, or nothing the viewer may see. */
  readonly replyTo?: Maybe<Message>;
  /** When it was edited last; null when it never was. */
  readonly editedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its texts before this one, oldest first. */
  readonly history: ReadonlyArray<MessageVersion>;
  /** Reactions, the oldest emoji first. */
  readonly reactions: ReadonlyArray<ReactionCount>;
  /** How many others have it on a device. */
  readonly deliveredTo: Scalars['Int']['output'];
  /** Others who have read it, as far as privacy allows. */
  readonly readBy: PersonConnection;
  /** The id its author's client chose; null for everybody else. */
  readonly clientId?: Maybe<Scalars['ID']['output']>;
};


/** A message. Its number is its place in the conversation: 1, 2, 3 … without a hole. */
export type MessageReadByArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** How a message is meant. */
export type MessageForm =
  /** Said. */
  | 'TEXT'
  /** Acted. */
  | 'ACTION';

/** Whether a message still says something. */
export type MessageState =
  /** It does. */
  | 'PRESENT'
  /** Deleted for everyone. */
  | 'DELETED'
  /** Its author was erased, or its time was over. */
  | 'ERASED';

/** A text a message had before. */
export type MessageVersion = {
  /** What it said; null when erased. */
  readonly text?: Maybe<Scalars['String']['output']>;
  /** Since when. */
  readonly at: Scalars['DateTime']['output'];
};

/** How often an emoji was put on a message. */
export type ReactionCount = {
  /** The emoji. */
  readonly emoji: Scalars['String']['output'];
  /** By how many people. */
  readonly count: Scalars['Int']['output'];
  /** By the viewer too. */
  readonly mine: Scalars['Boolean']['output'];
};

/** A page of messages. */
export type MessageConnection = {
  /** The rows, in order of their numbers. */
  readonly edges: ReadonlyArray<MessageEdge>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A row of messages. */
export type MessageEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** The message. */
  readonly node: Message;
};

/** Kinds of what is found. */
export type SearchKind =
  /** People, by name or handle. */
  | 'PERSON'
  /** Conversations the viewer is or was in, by title. */
  | 'CONVERSATION'
  /** Messages the viewer may see, by text. */
  | 'MESSAGE';

/** What a message must have. */
export type SearchTrait =
  /** An address of the web. */
  | 'LINK'
  /** A handle with an @ before it. */
  | 'MENTION'
  /** Somebody's reaction. */
  | 'REACTION';

/** Which messages come first. */
export type SearchOrder =
  /** Those that fit best; of those that fit alike the newest. */
  | 'RELEVANCE'
  /** The newest. */
  | 'NEWEST';

/** A page of what was found: people first, then conversations, then messages. */
export type SearchConnection = {
  /** The rows. */
  readonly edges: ReadonlyArray<SearchEdge>;
  /**
   * Where the page lies. What the viewer may not see any more is left out, so a page may be shorter
   * than asked and still have one behind it.
   */
  readonly pageInfo: PageInfo;
  /**
   * False where the page is shorter than asked and yet there may be more: looking took too long, or
   * too much was left out. The next page goes on from there.
   */
  readonly isComplete: Scalars['Boolean']['output'];
};

/** A row of what was found. */
export type SearchEdge = {
  /** Its place, for paging. */
  readonly cursor: Scalars['String']['output'];
  /** What was found. */
  readonly node: SearchHit;
};

/** What was found, of either kind. */
export type SearchHit = PersonHit | ConversationHit | MessageHit;

/** A person who was found. */
export type PersonHit = {
  /** The person. */
  readonly person: Person;
  /** Her name or handle in pieces. */
  readonly highlights: ReadonlyArray<Highlight>;
};

/** A conversation that was found. */
export type ConversationHit = {
  /** The conversation. */
  readonly conversation: Conversation;
  /** Its title in pieces. */
  readonly highlights: ReadonlyArray<Highlight>;
};

/** A message that was found. `messages(around:)` of its conversation shows it in its place. */
export type MessageHit = {
  /** The message. */
  readonly message: Message;
  /** Where it was said. */
  readonly conversation: Conversation;
  /** The passage of its text around what was found, in pieces. */
  readonly highlights: ReadonlyArray<Highlight>;
};

/** A piece of a text; put together the pieces are a part of it, letter by letter. */
export type Highlight = {
  /** The piece. */
  readonly text: Scalars['String']['output'];
  /** It is what was looked for. */
  readonly found: Scalars['Boolean']['output'];
};

/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type Mutation = {
  /** Makes an account and logs in. */
  readonly register: SessionPayload;
  /** Logs a device in. */
  readonly logIn: SessionPayload;
  /** Changes what others see of the viewer. */
  readonly updateProfile: PersonPayload;
  /** Changes what the viewer chose for all her devices. */
  readonly updatePreferences: PreferencesPayload;
  /** The one conversation with this person, for ever the same. */
  readonly openDirect: ConversationPayload;
  /** A group with the viewer as owner. */
  readonly createGroup: ConversationPayload;
  /** A channel with the viewer as owner. */
  readonly createChannel: ConversationPayload;
  /** Changes title, description or rules. */
  readonly updateConversation: ConversationPayload;
  /** Ends it: nobody writes any more. */
  readonly closeConversation: ConversationPayload;
  /** Adds people to a group. */
  readonly addMembers: MembersPayload;
  /** Removes somebody; of a channel its subscribers too. */
  readonly removeMember: MembersPayload;
  /** Gives somebody another role. */
  readonly setRole: MembersPayload;
  /** Joins an open group or a channel. */
  readonly join: ConversationPayload;
  /** Leaves; the last owner hands over. */
  readonly leave: ConversationPayload;
  /** Sends a message, once however often it is asked. */
  readonly sendMessage: MessagePayload;
  /** Changes an own message. */
  readonly editMessage: MessagePayload;
  /** Deletes a message, for everyone or for oneself. */
  readonly deleteMessage: MessagePayload;
  /** Puts an emoji on a message. */
  readonly react: MessagePayload;
  /** Takes it back. */
  readonly unreact: MessagePayload;
  /** Pins a message. */
  readonly pin: MessagePayload;
  /** Unpins it. */
  readonly unpin: MessagePayload;
  /** Her devices have everything up to here. Stored at most once a second. */
  readonly markDelivered: ParticipationPayload;
  /** She has read up to here. Stored at most once a second. */
  readonly markRead: ParticipationPayload;
  /** Makes it look unread. */
  readonly markUnread: ParticipationPayload;
  /** No notifications. */
  readonly mute: ParticipationPayload;
  /** Notifications again. */
  readonly unmute: ParticipationPayload;
  /** Out of the active inbox. */
  readonly archive: ParticipationPayload;
  /** Back into it. */
  readonly unarchive: ParticipationPayload;
  /** On top of the inbox. */
  readonly pinConversation: ParticipationPayload;
  /** Back into the order. */
  readonly unpinConversation: ParticipationPayload;
  /** Deletes for the viewer alone. */
  readonly clearHistory: ParticipationPayload;
  /** Tells the others that the viewer is typing; false when she may not write there. Never stored. */
  readonly setTyping: Scalars['Boolean']['output'];
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationRegisterArgs = {
  input: RegisterInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationLogInArgs = {
  input: LogInInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUpdatePreferencesArgs = {
  input: UpdatePreferencesInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationOpenDirectArgs = {
  input: OpenDirectInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationCreateGroupArgs = {
  input: CreateGroupInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationCreateChannelArgs = {
  input: CreateChannelInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUpdateConversationArgs = {
  input: UpdateConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationCloseConversationArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationAddMembersArgs = {
  input: AddMembersInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationRemoveMemberArgs = {
  input: RemoveMemberInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationSetRoleArgs = {
  input: SetRoleInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationJoinArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationLeaveArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationSendMessageArgs = {
  input: SendMessageInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationEditMessageArgs = {
  input: EditMessageInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationDeleteMessageArgs = {
  input: DeleteMessageInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationReactArgs = {
  input: ReactionInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUnreactArgs = {
  input: ReactionInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationPinArgs = {
  input: MessageInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUnpinArgs = {
  input: MessageInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationMarkDeliveredArgs = {
  input: MarkInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationMarkReadArgs = {
  input: MarkInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationMarkUnreadArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationMuteArgs = {
  input: MuteInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUnmuteArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationArchiveArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUnarchiveArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationPinConversationArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationUnpinConversationArgs = {
  input: ConversationInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationClearHistoryArgs = {
  input: ClearHistoryInput;
};


/** Writing. Every mutation takes one input; its payload holds a refusal, or a position and the change. */
export type MutationSetTypingArgs = {
  input: SetTypingInput;
};

/** Input of a mutation. */
export type RegisterInput = {
  /** How others see her, 1 to 100 characters. */
  readonly name: Scalars['String']['input'];
  /** Where she can be reached; also her log-in. */
  readonly email: Scalars['String']['input'];
  /** 8 to 256 characters. */
  readonly password: Scalars['String']['input'];
  /** 3 to 32 of a-z 0-9 _ . beginning with a letter. */
  readonly handle?: InputMaybe<Scalars['String']['input']>;
  /** A name for this device. */
  readonly device: Scalars['String']['input'];
};

/** Input of a mutation. */
export type LogInInput = {
  /** Her address. */
  readonly email: Scalars['String']['input'];
  /** Her password. */
  readonly password: Scalars['String']['input'];
  /** A name for this device. */
  readonly device: Scalars['String']['input'];
};

/** Input of a mutation. */
export type UpdateProfileInput = {
  /** How others see her, 1 to 100 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Unique, 3 to 32 of a-z 0-9 _ . beginning with a letter; an empty one takes it away. */
  readonly handle?: InputMaybe<Scalars['String']['input']>;
  /** At most 1,000 characters; an empty text takes it away. */
  readonly about?: InputMaybe<Scalars['String']['input']>;
  /** All lines of the profile, at most 10. */
  readonly fields?: InputMaybe<ReadonlyArray<ProfileFieldInput>>;
};

/** Input of a mutation. */
export type ProfileFieldInput = {
  /** What it tells, at most 200 characters. */
  readonly label: Scalars['String']['input'];
  /** What it says, at most 200 characters. */
  readonly value: Scalars['String']['input'];
};

/** Input of a mutation. */
export type UpdatePreferencesInput = {
  /** BCP 47 tag. */
  readonly language?: InputMaybe<Scalars['String']['input']>;
  /** Colours. */
  readonly theme?: InputMaybe<Theme>;
  /** Show and see how far others have read. */
  readonly readMarks?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Input of a mutation. */
export type OpenDirectInput = {
  /** The other person. */
  readonly personId: Scalars['ID']['input'];
};

/** Input of a mutation. */
export type CreateGroupInput = {
  /** 1 to 128 characters. */
  readonly title: Scalars['String']['input'];
  /** What it is about, at most 1,000 characters. */
  readonly about?: InputMaybe<Scalars['String']['input']>;
  /** Who else is in it; a group has at most 1,000 members. */
  readonly memberIds: ReadonlyArray<Scalars['ID']['input']>;
};

/** Input of a mutation. */
export type CreateChannelInput = {
  /** 1 to 128 characters. */
  readonly title: Scalars['String']['input'];
  /** What it is about, at most 1,000 characters. */
  readonly about?: InputMaybe<Scalars['String']['input']>;
  /** Anybody may find and join it. */
  readonly public?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Input of a mutation. */
export type UpdateConversationInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** 1 to 128 characters. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
  /** At most 1,000 characters; an empty text takes it away. */
  readonly about?: InputMaybe<Scalars['String']['input']>;
  /** Rules to change. */
  readonly settings?: InputMaybe<ConversationSettingsInput>;
};

/** Input of a mutation. */
export type ConversationSettingsInput = {
  /** How long messages may be edited, in seconds: 0 (never) to 2,592,000 (30 days). */
  readonly editWindowS?: InputMaybe<Scalars['Int']['input']>;
  /** Who may send. */
  readonly posting?: InputMaybe<Who>;
  /** Who may add members. */
  readonly adding?: InputMaybe<Who>;
  /** Who may change title and description. */
  readonly editing?: InputMaybe<Who>;
  /** Whether anybody may join. */
  readonly joining?: InputMaybe<Joining>;
  /** What new members see. */
  readonly history?: InputMaybe<HistoryRule>;
};

/** Input of a mutation. */
export type ConversationInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** Input of a mutation. */
export type AddMembersInput = {
  /** Which group. */
  readonly conversationId: Scalars['ID']['input'];
  /** Whom to add. */
  readonly personIds: ReadonlyArray<Scalars['ID']['input']>;
};

/** Input of a mutation. */
export type RemoveMemberInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** Whom to remove. */
  readonly personId: Scalars['ID']['input'];
};

/** Input of a mutation. */
export type SetRoleInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** Whose role. */
  readonly personId: Scalars['ID']['input'];
  /** The new one. */
  readonly role: Role;
};

/** Input of a mutation. */
export type SendMessageInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** A UUIDv7 that the client chose for this message; its repeats are answered with the first outcome. */
  readonly clientId: Scalars['ID']['input'];
  /** 1 to 8,000 characters. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
  /** Said or acted. */
  readonly form?: InputMaybe<MessageForm>;
  /** Number of the message it answers. */
  readonly replyTo?: InputMaybe<Scalars['Int']['input']>;
};

/** Input of a mutation. */
export type EditMessageInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** Which message. */
  readonly number: Scalars['Int']['input'];
  /** 1 to 8,000 characters. */
  readonly text: Scalars['String']['input'];
};

/** Input of a mutation. */
export type DeleteMessageInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** Which message. */
  readonly number: Scalars['Int']['input'];
  /** For whom. */
  readonly for: DeleteFor;
};

/** Input of a mutation. */
export type ReactionInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** Which message. */
  readonly number: Scalars['Int']['input'];
  /** One emoji; a person has at most 20 different ones on a message. */
  readonly emoji: Scalars['String']['input'];
};

/** Input of a mutation. */
export type MessageInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** Which message. */
  readonly number: Scalars['Int']['input'];
};

/** Input of a mutation. */
export type MarkInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
  /** Up to which message. */
  readonly number: Scalars['Int']['input'];
};

/** Input of a mutation. */
export type MuteInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** Until when; without it for good. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Input of a mutation. */
export type ClearHistoryInput = {
  /** Which conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** Up to which message; without it everything so far. */
  readonly upTo?: InputMaybe<Scalars['Int']['input']>;
};

/** Input of a mutation. */
export type SetTypingInput = {
  /** Where. */
  readonly conversationId: Scalars['ID']['input'];
};

/** What a mutation came to. */
export type SessionPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** Null when refused. */
  readonly session?: Maybe<SessionTokens>;
  /** Who is logged in; null when refused. */
  readonly viewer?: Maybe<Viewer>;
};

/** What a mutation came to. */
export type PersonPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** The profile as it is now; null when refused. */
  readonly person?: Maybe<Person>;
};

/** What a mutation came to. */
export type PreferencesPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** As they are now; null when refused. */
  readonly preferences?: Maybe<Preferences>;
};

/** What a mutation came to. */
export type ConversationPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** As it is now; null when refused. */
  readonly conversation?: Maybe<Conversation>;
};

/** What a mutation came to. */
export type MembersPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** With its members as they are now; null when refused. */
  readonly conversation?: Maybe<Conversation>;
};

/** What a mutation came to. */
export type MessagePayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** As it is now; null when refused. */
  readonly message?: Maybe<Message>;
};

/** What a mutation came to. */
export type ParticipationPayload = {
  /** Why nothing was done; null when it was. */
  readonly refusal?: Maybe<Refusal>;
  /** Where in the log it stands; reads with `atLeast` show it. Null when refused. */
  readonly position?: Maybe<Scalars['Position']['output']>;
  /** What she keeps, as it is now; null when refused. */
  readonly my?: Maybe<Participation>;
};

/** For whom a message is deleted. */
export type DeleteFor =
  /** Nobody sees it any more. */
  | 'EVERYONE'
  /** Only the viewer does not. */
  | 'ME';

/** What a device logs in with. */
export type SessionTokens = {
  /** Goes into the header `Authorization: Bearer …`, and as `authorization` into connection_init. */
  readonly accessToken: Scalars['String']['output'];
  /** Until when it is good. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Makes a new access token; null until sessions are there. */
  readonly refreshToken?: Maybe<Scalars['String']['output']>;
};

/** Every reason for which something may be refused. */
export type RefusalCode =
  /** About too long. */
  | 'ABOUT_TOO_LONG'
  /** Already registered. */
  | 'ALREADY_REGISTERED'
  /** Already started. */
  | 'ALREADY_STARTED'
  /** Client id ahead of time. */
  | 'CLIENT_ID_AHEAD_OF_TIME'
  /** Client id reused. */
  | 'CLIENT_ID_REUSED'
  /** Client id too old. */
  | 'CLIENT_ID_TOO_OLD'
  /** Others were faster, several times. */
  | 'CONFLICT'
  /** Conversation closed. */
  | 'CONVERSATION_CLOSED'
  /** Direct with oneself. */
  | 'DIRECT_WITH_ONESELF'
  /** Edit window over. */
  | 'EDIT_WINDOW_OVER'
  /** The address is none. */
  | 'EMAIL_MALFORMED'
  /** Somebody registered with this address. */
  | 'EMAIL_TAKEN'
  /** Field too long. */
  | 'FIELD_TOO_LONG'
  /** Handle malformed. */
  | 'HANDLE_MALFORMED'
  /** Somebody bears this handle. */
  | 'HANDLE_TAKEN'
  /** Invited only. */
  | 'INVITED_ONLY'
  /** The language is no BCP 47 tag. */
  | 'LANGUAGE_MALFORMED'
  /** Last owner. */
  | 'LAST_OWNER'
  /** Message deleted. */
  | 'MESSAGE_DELETED'
  /** Mute in the past. */
  | 'MUTE_IN_THE_PAST'
  /** Name empty. */
  | 'NAME_EMPTY'
  /** Name too long. */
  | 'NAME_TOO_LONG'
  /** No such conversation. */
  | 'NO_SUCH_CONVERSATION'
  /** No such member. */
  | 'NO_SUCH_MEMBER'
  /** No such message. */
  | 'NO_SUCH_MESSAGE'
  /** A person named in the input does not exist. */
  | 'NO_SUCH_PERSON'
  /** Not a channel. */
  | 'NOT_A_CHANNEL'
  /** Not a member. */
  | 'NOT_A_MEMBER'
  /** Not allowed. */
  | 'NOT_ALLOWED'
  /** Not an emoji. */
  | 'NOT_AN_EMOJI'
  /** Not in direct. */
  | 'NOT_IN_DIRECT'
  /** Not registered. */
  | 'NOT_REGISTERED'
  /** The password is among the first that are tried. */
  | 'PASSWORD_TOO_COMMON'
  /** The password may have 256 characters. */
  | 'PASSWORD_TOO_LONG'
  /** The password needs 8 characters. */
  | 'PASSWORD_TOO_SHORT'
  /** Setting out of range. */
  | 'SETTING_OUT_OF_RANGE'
  /** Text empty. */
  | 'TEXT_EMPTY'
  /** Text malformed. */
  | 'TEXT_MALFORMED'
  /** Text too long. */
  | 'TEXT_TOO_LONG'
  /** Title empty. */
  | 'TITLE_EMPTY'
  /** Title too long. */
  | 'TITLE_TOO_LONG'
  /** Too many fields. */
  | 'TOO_MANY_FIELDS'
  /** Too many hidden messages. */
  | 'TOO_MANY_HIDDEN_MESSAGES'
  /** Too many members. */
  | 'TOO_MANY_MEMBERS'
  /** Too many pins. */
  | 'TOO_MANY_PINS'
  /** Too many reactions. */
  | 'TOO_MANY_REACTIONS'
  /** Address or password are wrong. */
  | 'WRONG_CREDENTIALS';

/** What happens, as it happens. */
export type Subscription = {
  /** One for each device. Sends what was missed since `after`, then what happens. See LIVE_PROTOCOL.md. */
  readonly events: LiveEvent;
};


/** What happens, as it happens. */
export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Anything a device is told. */
export type LiveEvent = {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** Something that stands in the log. */
export type StoredEvent = {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
};

/** Something that happened in a conversation. Revisions of one conversation come without a hole. */
export type ConversationEvent = {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
};

/** A message was sent. */
export type MessageSent = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** The message. */
  readonly message: Message;
};

/** A message was edited. */
export type MessageEdited = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** The message as it is now. */
  readonly message: Message;
};

/** A message was deleted for everyone. */
export type MessageDeleted = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** What is left of it. */
  readonly message: Message;
};

/** Somebody reacted, or took it back. */
export type ReactionsChanged = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** The message as it is now. */
  readonly message: Message;
};

/** A conversation began, or its title, rules, pins or state changed. */
export type ConversationChanged = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** The conversation as it is now. */
  readonly conversation: Conversation;
};

/** Somebody came, went, or has another role. */
export type MembersChanged = ConversationEvent & LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Its place in the conversation's own stream. */
  readonly revision: Scalars['Int']['output'];
  /** Who came, or has another role. */
  readonly joined: ReadonlyArray<Member>;
  /** Who went. */
  readonly left: ReadonlyArray<Member>;
};

/** Somebody got or read more, as far as privacy allows. */
export type MarksMoved = LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** The member with her marks. */
  readonly member: Member;
};

/** What the viewer keeps about a conversation changed; only her own devices are told. */
export type ParticipationChanged = LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** What she keeps, as it is now. */
  readonly my: Participation;
};

/** Somebody changed her profile. */
export type ProfileChanged = LiveEvent & StoredEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Its place in the log. */
  readonly position: Scalars['Position']['output'];
  /** The person as she is now. */
  readonly person: Person;
};

/** Somebody is typing. Never stored. */
export type Typing = LiveEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Where it happened. */
  readonly conversationId: Scalars['ID']['output'];
  /** Who. */
  readonly personId: Scalars['ID']['output'];
  /** It counts for so many milliseconds more. */
  readonly untilMs: Scalars['Int']['output'];
};

/** The device holds everything up to here: keep the cursor. */
export type Progress = LiveEvent & {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Where the device stands now. */
  readonly cursor: Scalars['Cursor']['output'];
};

/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type Analytics = {
  /** How far the facts are. */
  readonly upTo: FactsUpTo;
  /** What each figure counts. */
  readonly definitions: ReadonlyArray<FigureDefinition>;
  /** People who did something on purpose, by day. */
  readonly activePeople: ActivePeopleFigure;
  /** Who came back, by week of the first active day. */
  readonly retention: RetentionFigure;
  /** From registering to the first answer, by week of registration. */
  readonly funnel: FunnelFigure;
  /** What active people did, by day. */
  readonly engagement: EngagementFigure;
  /** Messages sent, by form, place and origin. */
  readonly messages: MessagesFigure;
  /** How long messages took until somebody had them, and until somebody had read them. */
  readonly delivery: DeliveryFigure;
  /** Conversations started, closed and talked in, by day. */
  readonly conversations: ConversationsFigure;
  /** Everything that happened, by type of event. */
  readonly usage: UsageFigure;
  /** Who came, stayed, came back and went, by day, week or month. */
  readonly growth: GrowthFigure;
  /** On how many of the 28 days up to each day people were active. */
  readonly activeDays: ActiveDaysFigure;
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsActivePeopleArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsRetentionArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsFunnelArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsEngagementArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsMessagesArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  by?: InputMaybe<Grain>;
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsDeliveryArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  by?: InputMaybe<Grain>;
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsConversationsArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsUsageArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  by?: InputMaybe<Grain>;
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsGrowthArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  by?: InputMaybe<Grain>;
};


/**
 * Figures over all of history, from a copy that holds no text and no name. Figures of people
 * count pseudonyms; who was erased counts as nobody from then on.
 */
export type AnalyticsActiveDaysArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};

/** How much time a row stands for. */
export type Grain =
  /** An hour; 31 days at once. */
  | 'HOUR'
  /** A UTC day; 366 days at once. */
  | 'DAY'
  /** A week from Monday, UTC; 10 years at once. */
  | 'WEEK'
  /** A month, UTC; 20 years at once. */
  | 'MONTH';

/** How far the facts are: every event up to there is counted. */
export type FactsUpTo = {
  /** Up to here. */
  readonly position: Scalars['Position']['output'];
  /** When the log took the newest event that is known to be counted; null before the first. */
  readonly storedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What a figure counts. A changed definition has another version. */
export type FigureDefinition = {
  /** Of the figure, for ever. */
  readonly number: Scalars['Int']['output'];
  /** Of its definition. */
  readonly version: Scalars['Int']['output'];
  /** Of its view in ClickHouse. */
  readonly name: Scalars['String']['output'];
  /** One row for each of these. */
  readonly grain: Scalars['String']['output'];
  /** The definition, in sentences. */
  readonly says: Scalars['String']['output'];
};

/** People who did something on purpose, by day. */
export type ActivePeopleFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<ActivePeopleRow>;
};

/** A UTC day of active people. */
export type ActivePeopleRow = {
  /** Begin of the UTC day. */
  readonly day: Scalars['DateTime']['output'];
  /** People active that day. */
  readonly daily: Scalars['Float']['output'];
  /** People active in the 7 days up to it. */
  readonly weekly: Scalars['Float']['output'];
  /** People active in the 28 days up to it. */
  readonly monthly: Scalars['Float']['output'];
  /** daily / monthly; 0 where nobody is. */
  readonly stickiness: Scalars['Float']['output'];
};

/** Who came back, by week of the first active day. */
export type RetentionFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<RetentionRow>;
};

/** A cohort in one week of its life. */
export type RetentionRow = {
  /** Monday of the first active week. */
  readonly cohort: Scalars['DateTime']['output'];
  /** Weeks since; 0 is the first. */
  readonly weeks: Scalars['Int']['output'];
  /** People in the cohort. */
  readonly people: Scalars['Float']['output'];
  /** Those of them active in that week. */
  readonly retained: Scalars['Float']['output'];
  /** retained / people. */
  readonly share: Scalars['Float']['output'];
};

/** From registering to the first answer, by week of registration. */
export type FunnelFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<FunnelRow>;
};

/** Those who registered in one week. */
export type FunnelRow = {
  /** Monday of the week. */
  readonly cohort: Scalars['DateTime']['output'];
  /** People who registered. */
  readonly registered: Scalars['Float']['output'];
  /** Those who were in a conversation. */
  readonly conversed: Scalars['Float']['output'];
  /** Those who sent a message. */
  readonly wrote: Scalars['Float']['output'];
  /** Those whom another answered. */
  readonly answered: Scalars['Float']['output'];
};

/** What active people did, by day. */
export type EngagementFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<EngagementRow>;
};

/** A UTC day of engagement. */
export type EngagementRow = {
  /** Begin of the UTC day. */
  readonly day: Scalars['DateTime']['output'];
  /** People active that day. */
  readonly active: Scalars['Float']['output'];
  /** People who sent a message. */
  readonly senders: Scalars['Float']['output'];
  /** Messages sent. */
  readonly messages: Scalars['Float']['output'];
  /** messages / senders. */
  readonly messagesPerSender: Scalars['Float']['output'];
  /** Reactions added. */
  readonly reactions: Scalars['Float']['output'];
  /** reactions / messages. */
  readonly reactionsPerMessage: Scalars['Float']['output'];
  /** Edits of messages. */
  readonly edits: Scalars['Float']['output'];
  /** Messages deleted for everyone. */
  readonly deletions: Scalars['Float']['output'];
  /** People active for the first time. */
  readonly newlyActive: Scalars['Float']['output'];
};

/** Messages sent, by form, place and origin. */
export type MessagesFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<MessagesRow>;
};

/** Messages of one kind in one period. */
export type MessagesRow = {
  /** Begin of the period, UTC. */
  readonly period: Scalars['DateTime']['output'];
  /** text or action. */
  readonly form: Scalars['String']['output'];
  /** direct, or shared: in a group or channel. */
  readonly place: Scalars['String']['output'];
  /** Whether they came with an archive. */
  readonly imported: Scalars['Boolean']['output'];
  /** How many. */
  readonly messages: Scalars['Float']['output'];
};

/** How long messages took until somebody had them, and until somebody had read them. */
export type DeliveryFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<DeliveryRow>;
};

/** One mark in one period. */
export type DeliveryRow = {
  /** Begin of the period, UTC. */
  readonly period: Scalars['DateTime']['output'];
  /** delivered or read. */
  readonly mark: Scalars['String']['output'];
  /** How many. */
  readonly marks: Scalars['Float']['output'];
  /** Half of them took at most so many milliseconds. */
  readonly p50Ms: Scalars['Float']['output'];
  /** Nine in ten. */
  readonly p90Ms: Scalars['Float']['output'];
  /** Ninety-nine in a hundred. */
  readonly p99Ms: Scalars['Float']['output'];
};

/** Conversations started, closed and talked in, by day. */
export type ConversationsFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<ConversationsRow>;
};

/** Conversations of one kind on one UTC day. */
export type ConversationsRow = {
  /** Begin of the UTC day. */
  readonly day: Scalars['DateTime']['output'];
  /** direct, group or channel. */
  readonly kind: Scalars['String']['output'];
  /** Started that day. */
  readonly started: Scalars['Float']['output'];
  /** Closed that day. */
  readonly closed: Scalars['Float']['output'];
  /** In which something was said. */
  readonly talking: Scalars['Float']['output'];
};

/** Everything that happened, by type of event. */
export type UsageFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<UsageRow>;
};

/** Events of one type in one period. */
export type UsageRow = {
  /** Begin of the period, UTC. */
  readonly period: Scalars['DateTime']['output'];
  /** Type of the event. */
  readonly event: Scalars['String']['output'];
  /** Whether it came with an archive. */
  readonly imported: Scalars['Boolean']['output'];
  /** How many. */
  readonly events: Scalars['Float']['output'];
};

/** Who came, stayed, came back and went. */
export type GrowthFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<GrowthRow>;
};

/** People of one period; `new`, `retained` and `resurrected` add up to `active`. */
export type GrowthRow = {
  /** Begin of the period. */
  readonly period: Scalars['DateTime']['output'];
  /** People active in it. */
  readonly active: Scalars['Float']['output'];
  /** Those active for the first time. */
  readonly new: Scalars['Float']['output'];
  /** Those active in the period before too. */
  readonly retained: Scalars['Float']['output'];
  /** Those active before, but not in the period before. */
  readonly resurrected: Scalars['Float']['output'];
  /** People active in the period before, and not in this one. */
  readonly churned: Scalars['Float']['output'];
};

/** On how many of the 28 days up to each day people were active. */
export type ActiveDaysFigure = {
  /** What it counts. */
  readonly definition: FigureDefinition;
  /** How far the facts were. */
  readonly upTo: FactsUpTo;
  /** In order of time. */
  readonly rows: ReadonlyArray<ActiveDaysRow>;
};

/** People with as many active days on one day; what nobody has has no row. */
export type ActiveDaysRow = {
  /** UTC day. */
  readonly day: Scalars['DateTime']['output'];
  /** Days active of the 28 up to it: 1 to 28. */
  readonly days: Scalars['Int']['output'];
  /** People active on so many. */
  readonly people: Scalars['Float']['output'];
};
