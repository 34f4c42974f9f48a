### English. The keys are the same in every language; a test compares them.

## Labels

label-arguments = Arguments
label-channel = Channel
label-public = Public channel
label-command = COMMAND
label-commands = Commands
label-config = Settings
label-corrects = Corrects
label-desk = Keys
label-device = Device
label-error = Error
label-expires = Kept until
label-home = Home
label-id = Id
label-industry = Industry
label-keystore = Keystore
label-listens = Listens on
label-lock = Lock
label-member = Member
label-minutes = Newest minutes, no.
label-name = Name
label-option = OPTIONS
label-options = Options
label-peer-id = Name on the network
label-received = Came here
label-reply-to = Answers
label-socket = Socket
label-standing = Standing
label-store = Store
label-system-config = Settings of the machine
label-territory = Territory
label-unread = Unread
label-usage = Usage
label-written = Written
label-against = Against
label-for = For
label-missing = Not heard yet

## Help

help-kenes = Bulletins for committees, with or without the internet. `kenes` alone says what to do next.
help-init = Set up a home: keys for you, under a passphrase
help-up = Run: carry, meet others, and answer commands until stopped
help-unlock = Open the keys of the process that runs `kenes up`
help-lock = Close the keys of the process that runs `kenes up`
help-home = Where this home was copied or moved: which one keeps your vote
help-home-only = This is the one, and every other copy is gone: it keeps your vote
help-home-copy = Another one is in use: your vote is erased here, for good
help-status = How this home is doing
help-clock = What this machine's clock shows, and whether it is believed
help-clock-right = It is right: go by it, whatever it showed before
help-doctor = What each setting is and where it comes from, and whether all is well
help-paths = Where everything lies
help-committee = Committees and their members
help-committee-new = Found a committee
help-committee-list = The committees that you belong to
help-committee-show = One committee
help-committee-members = Who is in a committee
help-committee-invite = Make an invite
help-committee-join = Ask to join by an invite
help-committee-requests = Who asks to join
help-committee-admit = Let somebody in, on probation
help-committee-decline = Show a request no more. Whoever made it is told nothing
help-committee-verify = Compare twelve words with a member, in person or by voice
help-committee-pause = Keep somebody from reading on, until the committee decides
help-committee-link = A link, for whoever is no member and wants to hear what the committee says in public
help-committee-follow = Hear a committee by its link, without being a member
help-committee-leave = Forget a committee in this home: its keys and what was read there
help-minutes = What the committee decides: who is in it, and by which rules
help-minutes-propose = Put a sheet: proposed minutes, for the others to sign
help-minutes-sign = Sign an open sheet
help-minutes-pass = Pass on to the round that the author of a sheet asks for: sign nothing in earlier ones
help-minutes-stand = Where two sheets of a number were adopted: stand on one
help-minutes-list = Minutes and open sheets, the newest first
help-minutes-show = The minutes of a number, or one sheet
help-minutes-export = Save a sheet with its signatures to a file, for a voter whom nothing else reaches
help-minutes-import = Take in a sheet with its signatures from a file
help-minutes-certificate = Save what proves the minutes of a number, and all before them, to anybody
help-minutes-key = Ask for a new vote key in place of one that is lost or was erased here
help-bulletin = Write and read
help-bulletin-post = Write a bulletin
help-bulletin-list = Bulletins, newest first
help-bulletin-show = One bulletin
help-bulletin-reply = Answer a bulletin
help-bulletin-correct = Write a bulletin of your own anew; the old wording stays and is shown as corrected
help-bulletin-retract = Take a bulletin of your own back; it stays and is shown as taken back
help-bulletin-save = Save a public bulletin as a certificate that proves whose it is
help-bulletin-watch = Each new bulletin as it comes
help-resolution = Resolutions: texts that a committee adopts or does not
help-resolution-propose = Put a resolution. Whoever puts it is for it
help-resolution-vote = Say yes or no to a resolution, once
help-resolution-list = The resolutions of a committee
help-resolution-show = One resolution, and who said what
help-resolution-export = Save a resolution with what was said on it to a file, for a voter whom nothing else reaches
help-resolution-import = Take in a resolution with what was said on it from a file
help-resolution-certificate = Save what proves an adopted resolution to anybody
help-verify = What a certificate proves. No home is needed
help-peers = Other nodes
help-peers-list = Those connected now
help-peers-add = Connect to a node, now and from now on
help-peers-drop = Connect to a node no more
help-peers-block = Never speak with a node again
help-carry = The channels whose envelopes are stored and passed on here
help-carry-list = The channels that are carried here
help-carry-add = Carry a channel
help-carry-drop = Carry a channel no more, and forget what is stored of it
help-sync = Compare with everyone in reach, now
help-keys = Your own keys, and the words that bring you back
help-keys-show = Who you are in each committee, and whether you vote from here
help-keys-devices = Your devices in each committee
help-keys-backup = The 24 words once more, to be written down
help-keys-restore = Set up a home from 24 words that were written down
help-keys-vote = Vote with the recovery key until the committee has given you a new vote key
help-wipe = Destroy the keys of this home at once, and everything else in it
help-demo = A whole story on this machine, in temporary homes
help-completions = What a shell needs to complete commands

value-addr = ADDRESS
value-channel = CHANNEL
value-image = PICTURE
value-cmd = COMMAND
value-committee = COMMITTEE
value-dir = FOLDER
value-f = FILE
value-file = FILE
value-industry = INDUSTRY
value-link = LINK
value-name = NAME
value-no = NO
value-peer = PEER
value-seconds = SECONDS
value-shell = SHELL
value-text = TEXT
value-time = TIME
value-title = TITLE
value-uri = INVITE
value-when = WHEN
value-who = WHO
value-words = WORDS

arg-home = The folder to work in
arg-json = Answer in JSON
arg-lang = The language: kk, ru or en
arg-color = Colour: auto, always or never
arg-no-input = Ask nothing
arg-passphrase-file = Read the passphrase from the first line of a file that only you can read
arg-passphrase-fd = Read the passphrase from an open file descriptor
arg-committee = Which committee: its name, or the beginning of its id
arg-quiet = No remarks
arg-verbose = More of what happens; twice for more still
arg-help = This help
arg-version = The version
arg-name = What you go by
arg-up-relay = Only carry for others; nobody reads here
arg-up-listen = Listen on this address, such as /ip4/0.0.0.0/tcp/4070; may be given several times
arg-up-peer = Connect to this address; may be given several times
arg-up-no-mdns = Do not look for others on the local network
arg-watch = Go on, whenever something changes
arg-doctor-records = Open the keys and read every record that this home keeps under them
arg-sync-peer = Connect to this address first
arg-wait = How many seconds to wait for others, 1 to 600
arg-committee-new-name = The committee's name
arg-territory = Where it is, the widest part first
arg-industry = Its industry
arg-quorum = The share of voters that decisions need besides a majority: 1/2 to 2/3
arg-history = What newcomers who vote may read of before: all or none
arg-uses = How many may come by it, 1 to 4. One counts as handed over in person and is answered without asking
arg-back = For this member alone, who comes back with 24 words after losing everything
arg-words-file = Read the 24 words from a file that only you can read
arg-expires = How long nodes keep it, such as 12h, 14d, 2w
arg-committee-invite-expires = How long it may be used, such as 12h, 14d, 2w
arg-uri = The invite; - for standard input: whoever sees it on a command line can join by it
arg-scan = Read it from pictures of its code: photos or screenshots, PNG or JPEG
arg-qr = Draw it as a code, too
arg-png = Write it as a code into a new PNG
arg-committee-invite-png = Write it as a code into a new PNG that only you can read, and not to the screen
arg-committee-join-qr = Draw your twelve words as a code, for the inviter to photograph
arg-committee-join-png = Write your twelve words as a code into a new PNG
arg-committee-verify-png = Write the twelve words as a code into a new PNG
arg-committee-admit-scan = Let in only whoever has the words in this picture: the newcomer's `join --qr`
arg-committee-verify-qr = Draw the twelve words as a code: your own, for others to photograph
arg-committee-verify-scan = Read the words from pictures of the code on the member's own screen
arg-committee-invite-out = Write it to a new file that only you can read, and not to the screen
arg-committee-invite-device = For another device of your own: it reads and writes as you, and does not vote
arg-committee-join-file = Read the invite from a file
arg-committee-join-name = The name to go by in this committee
arg-founder = The name to go by in this committee
arg-admit = Who votes from now on; named by --steward too, as a steward
arg-remove = Who is a member no longer
arg-steward = Who may let people in and keeps the channel's list
arg-retire = Who is a steward no longer
arg-spokesperson = Who publishes in the committee's name
arg-minutes-propose-until = Until when, at most 90 days: 30d, 2026-12-24
arg-recall = Which spokesperson, or which device by the beginning of its key, speaks no longer
arg-minutes-propose-since = The first of their bulletins that counts no longer, by the beginning of its id (all that is known now counts, where it is left out)
arg-reinstate = Who comes back after a pause
arg-keep = Who stays on probation though whoever let them in goes
arg-new-key = Whose vote key is replaced by the one that they ask for: compare the words with them first
arg-policy = Rules: quorum=2/3, history=all or none, retention=DAYS
arg-sheet = A sheet's id, or the beginning of it
arg-which = The number of minutes, or the beginning of a sheet's id
arg-minutes-export-file = The file to make; - for standard output
arg-minutes-import-file = The file; - for standard input
arg-minutes-list-open = Only those that may still be adopted
arg-who = A name, or the beginning of an id
arg-yes = Do not ask whether it is meant
arg-committee-verify-words = The twelve words, as the member reads them
arg-because = Why: arrested, lost-device or distrust
arg-text = The text; - or nothing for standard input
arg-file = Take the text from a file
arg-title = A title
arg-urgent = Let it overtake others
arg-public = In the clear, for everyone, in the committee's name: only a spokesperson can
arg-link = The committee's link
arg-path = The file to make
arg-publish = The committee publishes from now on, or moves to another public channel
arg-new-channel = The committee moves to a new channel, whose lists you keep as a steward: where those who kept them are lost, captured or at odds
arg-bulletin-correct-id = The bulletin, by its id or the beginning of it
arg-bulletin-correct-title = Another title; left out, it stays
arg-bulletin-correct-expires = How long nodes keep it, such as 14d; never shorter than what it corrects
arg-reply-to = The bulletin that it answers
arg-id = A bulletin's id, or the beginning of it
arg-since = Those written since: 2d, 2026-11-24, "2026-11-24 18:00"
arg-unread = Only those not read yet
arg-before = Those older than this one: its id, or the beginning of it
arg-limit = At most this many, 1 to 10000; 100 where left out
arg-date = The date and time, where this machine's clock is wrong
arg-exec = Run this command for each; it gets the bulletin as JSON on its standard input
arg-address = An address such as /ip4/192.168.1.5/tcp/4070
arg-peer = An address that was added, or a name on the network
arg-channel = A channel's id, or channel@list to hold fast to a list
arg-shell = bash, zsh, fish, elvish or powershell
arg-resolution-vote-id = A resolution's id, or the beginning of it
arg-resolution-show-id = A resolution's id, or the beginning of it
arg-resolution-export-id = A resolution's id, or the beginning of it
arg-resolution-export-file = The file to make; - for standard output
arg-resolution-import-file = The file; - for standard input
arg-resolution-certificate-id = A resolution's id, or the beginning of it
arg-resolution-certificate-file = Where to; - for standard output
arg-minutes-certificate-no = The number of the minutes
arg-minutes-certificate-file = Where to; - for standard output
arg-resolution-propose-title = The title, one line
arg-resolution-propose-until = Until when you ask for votes, such as 12h, 14d, 2w; it decides nothing
arg-choice = adopt or reject
arg-open = Only what may still be decided
arg-verify-file = The file; - for standard input
arg-words = The committee's twelve words, from a banner, a paper or a telephone
arg-checkpoint = Minutes to hold fast to, as NO@ID

## What may be wrong with a command line

usage-unknown-argument = There is no { $argument } here.
usage-unknown-command = There is no command { $argument }.
usage-missing-command = A command is missing: { $permitted }.
usage-missing-argument = This is missing: { $argument }.
usage-bad-value = { $value } cannot be the value of { $argument }.
usage-value-is = It is: { $about }.
usage-conflict = { $argument } and { $other } exclude each other.
usage-too-many = Too many values for { $argument }.
usage-not-text = An argument is not valid text.
usage-other = The command line cannot be understood.
usage-nearest = Did you mean { $nearest }?

## Errors, by kind

error-usage = { $problem }
hint-usage = `kenes --help` shows what there is.
error-home_in_use = This home is in use by process { $holder }.
hint-home_in_use = Wait until it is done, or end it.
error-unreachable = `kenes up` does not answer.
hint-unreachable = Is it still running? Start it again with `kenes up`.
error-garbled = The answer of `kenes up` broke off, or cannot be understood.
hint-garbled = Is it still running, and of the same version? End it, and start it again.
error-answer_too_long = The answer is longer than is read of one.
hint-answer_too_long = Ask for less at once: `--limit N`.
error-needs_up = This works only while `kenes up` runs.
hint-needs_up = Start it in another window: `kenes up`.
error-no_passphrase = The passphrase is needed, and there is nobody to ask.
hint-no_passphrase = Give --passphrase-file, or unlock the running process first: `kenes unlock`.
error-nobody_to_ask = This must be known, and there is nobody to ask: { $question }
hint-nobody_to_ask = Say it by a flag; `--help` shows which.
error-passphrases_differ = The two passphrases are not the same.
hint-passphrases_differ = Give the command again, and type the same both times.
error-weak_passphrase = A passphrase has at least { $limit } characters.
hint-weak_passphrase = Five or six random words are good and easy to remember.
error-open_to_others = Others can read { $path }.
hint-open_to_others = Close it to them: chmod go-rwx.
error-file = { $path } cannot be used: { $cause }
hint-file = Check how the path is written, and whose the folder is.
error-not_text = { $path } is not text in UTF-8.
hint-not_text = Save it as plain text in UTF-8.
error-not_a_file = { $path } is no plain file.
hint-not_a_file = Name a file that can be read, and not a folder or a device.
error-no_text = There is no text to send.
hint-no_text = Give it in quotation marks or by --file, or type it and press Ctrl-D on a line of its own.
error-bad_config = The settings in { $path } cannot be understood: { $cause }
hint-bad_config = Correct the file, or move it away: without it every setting is as it comes.
error-unknown_key = There is no setting { $key } in { $path }. The nearest is { $nearest }.
hint-unknown_key = Correct the name there, or delete the line.
error-no_committee = You are in no committee yet.
hint-no_committee = Found one with `kenes committee new`, or join one with `kenes committee join`.
error-which_committee = Which committee? You are in several: { $names }
hint-which_committee = Name one with -c.
error-socket = The socket { $path } cannot be had: { $cause }
hint-socket = Move away what lies there, or choose another home with --home.
error-socket_path = The path { $path } has { $length } bytes; a socket's may have { $limit }.
hint-socket_path = Choose a home with a shorter path.
error-port_taken = { $address } is taken by another program.
hint-port_taken = Choose another port, or 0 for any.
error-cannot_listen = It is not possible to listen on { $address }: { $cause }
hint-cannot_listen = Give an address of this machine, or /ip4/0.0.0.0/tcp/4070 for all that it has.
error-unwell = Not all is well.
hint-unwell = What is marked above says what is wrong.
error-story_broke = The story broke off at “{ $step }”: { $cause }
hint-story_broke = Tell it once more: `kenes demo`. If it breaks off at the same place, tell those who gave you this program.
error-nobody_met = Nobody was met in time.
error-in_part = Not all was compared in time.
hint-in_part = Try again with a longer --wait.
hint-nobody_met = Is anyone in reach? `kenes peers add ADDRESS` connects to a node.
error-words_differ = These are not the words of that member's keys.
hint-words_differ = Read all twelve again. If they differ, somebody stands between you: do not go on.
error-words_unseen = This home is set up, and its 24 words were shown to nobody.
hint-words_unseen = `kenes keys backup` shows them again. Write them down before anything is lost.
error-interrupted = Stopped. Nothing more was done.
error-unexpected = It did not work: { $cause }
hint-unexpected = Try again. If it stays so, see what `kenes doctor` finds.
error-bad_request = The request cannot be read.
hint-bad_request = `kenes up` may be of another version than this command: end it, and start it again.
error-bad_value = This is no { $what }: { $value }
hint-bad_value = `--help` behind the command shows how it is written.
error-too_long = That is too long: at most { $limit } bytes are possible.
hint-too_long = Shorten it, or send it in parts.
error-not_found = No { $what } here: { $id }
hint-not_found = The lists show what is here: `kenes committee list`, `kenes committee members`, `kenes minutes list`, `kenes bulletin list`.
error-short_id = “{ $id }” is too short for the beginning of an id: at least { $limit } digits.
hint-short_id = Lists show the first eight digits.
error-ambiguous = { $id } fits more than one ({ $what }).
hint-ambiguous = Give more of the id.
error-not_initialised = Nothing is set up in this home yet.
hint-not_initialised = Begin with `kenes init`. To carry for others only: `kenes up --relay`.
error-already_initialised = This home is set up already.
hint-already_initialised = Choose another with --home.
error-locked = The keys are locked.
hint-locked = Open them with `kenes unlock`.
error-wrong_passphrase = That is not the passphrase.
hint-wrong_passphrase = Look at the language of the keyboard and at Caps Lock. If it is forgotten, the 24 words make a new home: `kenes keys restore`.
error-no_desk = This is a relay: nobody reads here.
hint-no_desk = Give the command in a home of your own: --home.
error-bad_invite = That is no invite, or it is damaged.
hint-bad_invite = Copy it whole; it begins with kenes:
error-not_authentic = This proves nothing: { $cause }.
hint-not_authentic = Ask whoever gave it to you for the file itself, and pass it on to nobody meanwhile.
error-said_other = You said the other on this resolution already; a desk says one thing, once.
hint-said_other = What was said stands. If you think otherwise by now, put another resolution: `kenes resolution propose`.
error-not_adopted = The resolution is not adopted: { $signed } are for it, and it takes { $needed }.
hint-not_adopted = `kenes resolution show ID` shows who has not been heard yet.
error-other_words = This invite brings back somebody else: its member's 24 words are not those of this home.
hint-other_words = Join with the home that `kenes keys restore` made from that member's words.
error-no_spare_pen = No spare pen is left for an invite: the next list waits for other stewards.
hint-no_spare_pen = Nothing to do: once another steward’s desk is open and has met this one, the invite can be made. Where so many who keep the lists are lost that none is signed any more, `kenes minutes propose --new-channel` moves the committee.
error-not_a_picture = { $path } is no PNG or JPEG, or a damaged one.
hint-not_a_picture = Take the picture again, or save it as PNG or JPEG.
error-picture_too_large = { $path } is too large a picture.
hint-picture_too_large = At most 64 million pixels; a photo of the code alone is enough.
error-no_code = No code can be read in { $path }.
hint-no_code = Photograph it straight from the front, whole, in good light, so that it fills most of the picture.
error-other_code = The code in { $path } says something else than what is wanted here.
hint-other_code = `committee join` wants an invite, `committee follow` a link, `admit` and `verify` twelve words.
error-several_codes = The pictures have several such codes.
hint-several_codes = Give a picture with one.
error-no_pen = The committee moved to another channel, and no list there has your pen yet.
hint-no_pen = A steward’s desk lists it when you meet; then try again.
error-keeps_no_lists = Whoever begins another channel keeps its lists, as a steward.
hint-keeps_no_lists = Add `--steward` with your own name to the sheet, or let a steward put it.
error-strange_channel = The sheet names a channel whose first list is not here, or has strangers’ pens in it.
hint-strange_channel = Meet whoever put the sheet again; if this stays, do not sign, and ask them.
error-bad_words = These are not the 24 words: { $cause }.
hint-bad_words = Compare each with the paper; every word is English and in small letters.
error-member_out = This member is out.
hint-member_out = Minutes bring them back first: `kenes minutes propose --reinstate`.
error-signed_elsewhere = The lost device has signed something about the next minutes, so your recovery key signs nothing about them.
hint-signed_elsewhere = Wait until these minutes are decided, or ask for a new vote key.
error-invite_over = The invite is over.
hint-invite_over = Ask for a new one.
error-not_author = Only whoever wrote a bulletin corrects it or takes it back.
hint-not_author = `kenes bulletin reply ID` answers it.
error-taken_back = The bulletin was taken back, and nothing brings it back.
hint-taken_back = `kenes bulletin post` writes another.
error-not_allowed = The committee's book does not allow you that.
hint-not_allowed = `kenes committee members` shows who votes and who is a steward: ask one of them.
error-follows = This home follows the committee and is no member of it.
hint-follows = Only members do that; an invite makes one.
error-bad_link = This is no link, or a damaged one.
hint-bad_link = Copy it again, whole.
error-other_minutes = The link names other minutes than those that this home holds fast to.
hint-other_minutes = One of the two is not the committee's, or it is split. Ask, and compare words; `kenes committee leave` lets you begin anew.
error-not_publishing = The committee does not publish.
hint-not_publishing = `kenes minutes propose --publish --spokesperson WHO --until 30d`
error-not_spokesperson = You do not speak for the committee now.
hint-not_spokesperson = Minutes decide who does: `kenes minutes propose --spokesperson WHO --until 30d`
error-no_public_pen = The public channel's list has not come here, or has not your pen yet.
hint-no_public_pen = The desk that began the channel signs it when you meet; then try again.
error-few_voters = A link takes { $enough } who vote; here it is { $voters }.
hint-few_voters = Until then it would rest on one key. `kenes minutes propose --admit WHO` lets more vote.
error-pending = Nobody has let you in yet.
hint-pending = The one who invited you must come by a relay that you both reach.
error-bad_name = That cannot be a name: { $cause }
hint-bad_name = Choose a name in letters and digits that can be seen.
error-not_possible = That is not possible: { $cause }
hint-not_possible = Change that, and give the command again.
error-no_epoch = Nothing can be written yet: a voter must make new keys first, or yours have not come.
hint-no_epoch = They come with the next meeting.
error-full = The committee has as many of these as it may.
hint-full = Somebody else may still have room; otherwise wait until what is open is settled.
error-copied = This home was copied or moved, and yours is the committee's only vote: nothing is signed until you say which home keeps it.
hint-copied = `kenes home only` if every other copy is gone. `kenes home copy` if another one is in use: your vote is erased here.
error-own_channel = A committee of yours travels in this channel.
hint-own_channel = To forget the committee: `kenes committee leave`.
error-joined = You belong to this committee already, or have asked to.
hint-joined = `kenes committee list` shows how it stands.
error-suspension_open = You have paused somebody already, and one member can pause one at a time.
hint-suspension_open = Another member who votes can.
error-bad_sheet = That can never be minutes: { $cause }.
hint-bad_sheet = Propose it anew without that.
error-unsigned = This desk does not sign it: { $cause }.
hint-unsigned = `kenes minutes show ID` shows how the sheet stands.
error-decided = No. { $no } is decided already: nothing more is signed about it.
hint-decided = Put what is still wanted on the next sheet: `kenes minutes propose`. Signatures for the old one do not count there.
error-unfollowed = The sheet follows minutes that are not here: the newest here are No. { $no }.
hint-unfollowed = Have the minutes in between exported too, and import them in their order.
error-forked = Two minutes of one number were adopted: somebody signed twice. Nothing is signed here until you say where to stand.
hint-forked = `kenes minutes list` shows both, `kenes minutes stand ID` stands on one. Speak with the others first.
error-adrift = The book here does not reach the minutes that this desk stands on.
hint-adrift = The rest comes with the next meeting.
error-no_vote_key = You vote, and your vote key is not here: it was erased, or minutes replaced it.
hint-no_vote_key = `kenes minutes key` asks the others for a new one.
error-no_key_wanted = That member asks for no new vote key.
hint-no_key_wanted = Whoever lost the key asks first: `kenes minutes key`.
error-out = You are out of what is written from now on: { $cause }.
hint-out = Speak with those who vote: they can let you come back by minutes.
error-clock_doubted = The clock of this machine cannot be right.
hint-clock_doubted = Set the date and the time of this machine, or say them by --date. If they are right, say so: `kenes clock right`.
error-too_early = { $date } cannot be: nothing is dated before { $least }, when this program was made.
hint-too_early = Set the date and the time of this machine, or give a later --date.
error-bad_address = “{ $address }” is no address that can be used.
hint-bad_address = An address looks like /ip4/192.168.1.5/tcp/4070
error-no_network = This process has no network.
hint-no_network = Start `kenes up` in another window.
error-timed_out = No answer in time.
hint-timed_out = Try again. If it stays so, end `kenes up` and start it anew.
error-storage = The store cannot be used: { $cause }
hint-storage = `kenes doctor` looks into it.
error-stopping = `kenes up` is ending.
hint-stopping = Wait until it has ended, and give the command again.
error-failed = It did not work: { $cause }
hint-failed = Try again. If it stays so, see what `kenes doctor` finds.

what-bulletin = bulletin
what-committee = committee
what-member = member
what-minutes = minutes
what-id = id
what-channel = channel
what-peer = peer
what-moment = date or time
what-address = address
what-path = path
what-resolution = resolution
what-words = list of twelve words
part-genesis = the founding minutes
part-assent = a founder's signature
part-sheet = a sheet of minutes
part-offer = a tabled sheet
part-pass = a pass to another round
part-vote = a signature for minutes
part-resolution = the resolution
part-ballot = a signature for the resolution
part-device = the author's device
part-bulletin = the bulletin

## Causes: what stands for { $cause } in an error

cause-absent = it is not there
cause-forbidden = the system does not allow it
cause-disk_full = the disk is full
hint-disk_full = Make room on the disk, and try again.
cause-read_only = the disk can only be read
hint-read_only = Choose a place that can be written to.
cause-exists = something of that name is there already
hint-exists = Choose another name: nothing is written over.
cause-not_a_folder = a part of the path is no folder
cause-is_a_folder = it is a folder
cause-not_text_inside = it holds no text in UTF-8
cause-no_such_address = this machine has no such address
cause-broke_off = it broke off
cause-system = the system refuses (error { $code })
cause-name_empty = there is nothing to see in it
cause-name_control = it has characters that cannot be seen, or that turn the direction of writing
cause-words_count = their number is { $count }
cause-word_unknown = word no. { $at } is not one of the list
cause-words_checksum = one is mistaken or out of its place
cause-lifetime = a bulletin ends in the future, and within 400 days of being written
cause-far_ahead = its date is too far ahead of the clock of this machine
cause-quorum = a quorum lies between 1/2 and 2/3
cause-place = the territory or the industry is too long
cause-title = a title is one line, with something to see in it
cause-malformed = it breaks a rule of the format ({ $text })
cause-office = a spokesperson speaks for at most { $days } days, from now on
cause-other_author = that bulletin is by somebody else
cause-not_a_voter = it is for those who vote after the minutes before it
hint-not_a_voter = `kenes committee members` shows who votes.
cause-no_such_sheet = no such sheet is open
hint-no_such_sheet = `kenes minutes list --open` shows what is open.
cause-not_tabled = it is not tabled yet: first enough must pass on to the round that its author asks for
hint-not_tabled = Desks that have signed nothing pass on by themselves. One that has: `kenes minutes pass ID`.
cause-not_justified = what it rests on is not here, or forbids it
hint-not_justified = The rest may come with the next meeting.
cause-passed_on = this desk passed on to round { $round }, and signs in no earlier one
hint-passed_on = It can be signed once its author tables it in that round or a later one: `kenes minutes propose` again.
cause-voted = this desk signed another sheet of this number, in round { $round }
hint-voted = One sheet of a number is signed. If the other one cannot be adopted any more, pass on: `kenes minutes pass ID`.
cause-not_owner = the round belongs to someone else
cause-tabled_another = this desk tabled another sheet in that round
cause-too_few_passes = too few have passed on to that round yet
cause-must_carry = another sheet may have been decided already and goes first: { $sheet }
hint-must_carry = Sign that one, and put yours on the next number.
cause-no_such_round = its author has asked for no round to pass on to
cause-sheet_number = its number does not follow
cause-sheet_nobody = it is about someone who is not in that place: { $member }
cause-sheet_key_used = somebody or a key on it was in the book before: they vote already, or were removed
cause-sheet_no_voters = nobody would vote any more
cause-vote_key_missing = your vote key is not here
hint-vote_key_missing = `kenes minutes key` asks the others for a new one.
cause-two_adopted = two minutes of one number were adopted, and you have not said where to stand
hint-two_adopted = `kenes minutes list` shows both, `kenes minutes stand ID` stands on one. Speak with the others first.
cause-book_short = the book here does not reach the minutes that this desk stands on
cause-home_unsettled = this home was copied, moved or damaged, and is not settled yet
hint-home_unsettled = It settles by itself once it can write; where it cannot, `kenes committee show` says what to do.
cause-file_foreign = it is no file of this kind
cause-file_version = a newer kenes made it (version { $found })
cause-file_torn = it is torn: { $found } of { $whole } bytes are here
cause-file_trailing = something follows what it holds
cause-file_long = it is longer than { $limit } bytes
cause-file_form = it is damaged
cause-file_altered = something in it is not what was signed
cause-file_misplaced = something in it is about something else
cause-file_no_resolution = the resolution itself is not in it
cause-file_order = something in it stands twice or out of order
cause-file_no_sheet = the sheet itself is not in it
cause-removed_by_minutes = minutes No. { $no } decided so
cause-paused_by_member = paused by { $by }, until minutes settle it
cause-let_in_by_out = whoever let them in is out, or lets nobody in any more: { $by }
cause-signed_two = two things were signed with one vote key of which an honest desk signs one
cause-paused_two = two people were paused under one number
cause-keystore_damaged = { $path } is damaged, or a newer kenes wrote it
cause-keystore_exposed = others can read { $path }; close it to them: chmod 600
cause-record_damaged = a record of this home does not read back
cause-store_damaged = it is damaged; start again, and what can be read is saved
cause-store_newer = a newer kenes wrote it (version { $found }; this one knows { $known })
cause-store_failed = a write failed, and nothing is written since
cause-socket_path_long = the path of its socket is too long
cause-home_taken = another process has it
cause-no_randomness = the system gives no random numbers
cause-node_refused = the node did not take it ({ $reason })
cause-many_listen = as many programs listen to what happens as may at once
cause-config_syntax = line { $line } is no TOML, or holds a value of another kind
cause-config_range = { $key } is { $value }, and may be { $least } to { $most }
cause-config_choice = { $key } is { $value }, and may be one of { $choices }
cause-config_value = “{ $value }” cannot stand under { $key }
cause-config_long = it has more than { $limit } bytes
cause-not_a_socket = something else lies there
cause-certificate_foreign = it is no certificate
cause-certificate_version = it is of version { $found }, which this program does not know
cause-certificate_torn = it breaks off; { $found } of { $whole } bytes are here
cause-certificate_trailing = something follows behind its end
cause-certificate_long = it is longer than { $limit } bytes, or has more minutes than can be checked
cause-certificate_form = it is damaged
cause-certificate_altered = { $part } was changed after it was signed
cause-certificate_misplaced = { $part } does not belong there
cause-certificate_repeated = { $part } stands there twice
cause-certificate_order = { $part } stands out of order
cause-certificate_name = the committee's name is not the one that its founders signed
cause-certificate_founders = signatures of founders are missing ({ $count })
cause-certificate_not_a_voter = { $part } is by someone who does not vote there
cause-certificate_unjustified = { $part } rests on what the rules do not allow
cause-certificate_sheet = No. { $no } can never be minutes
cause-certificate_too_few = too few signed: { $signed }, and it takes { $needed } ({ $part })
cause-certificate_under = it is under minutes that are not in it
cause-certificate_other_no = it has another No. { $no } than the one that you hold to
cause-certificate_ends = it knows the minutes up to No. { $newest } only, and you hold to No. { $no }
cause-certificate_words = none of its minutes has these words; they are another committee's, or of minutes that it does not know
cause-certificate_not_public = the bulletin in it was not written to be public
cause-certificate_device = the bulletin in it is by no device of a member
cause-certificate_no_office = whoever wrote the bulletin was no spokesperson at that time
cause-certificate_recalled = No. { $no } recalled whoever wrote the bulletin
cause-certificate_no_text = there is nothing to read in it
cause-unforeseen = unforeseen ({ $text })

## Asking, and what takes a while

ask-name = What do you go by?
ask-passphrase = Passphrase:
ask-new-passphrase = New passphrase:
ask-passphrase-again = Once more:
ask-text = Write, then press Ctrl-D on a line of its own.
ask-verify-member = Do all twelve read the same to both of you? Type SAME to go on:
ask-leave = This home forgets the committee: its keys and what was read there. The roster is not changed. Type LEAVE to go on:
ask-words = The 24 words:
ask-vote-by-words = Your recovery key will vote in place of the lost vote key. If the lost device signed anything about the next minutes, the two look like a cheat of yours. It signed NOTHING: type that word to go on:
ask-retract = Everyone who has it is told, and nothing brings it back. Type RETRACT to take it back:
ask-adopt = What you say stays said. Type ADOPT to be for it:
ask-reject = What you say stays said. Type REJECT to be against it:
ask-wipe = Everything in this home is destroyed: keys, bulletins, settings. Only the 24 words bring you back. Type WIPE to go on:
ask-erase-vote = Your vote is erased in this home, for good. Type COPY to go on:
ask-sign = Your signature cannot be taken back. Type SIGN to sign:
ask-pass = You will sign nothing in earlier rounds of this number. Type PASS to go on:
ask-stand = This desk leaves the other branch, and nothing of it is merged. Type STAND to go on:
ask-propose = Your signature cannot be taken back. Type SIGN to put this sheet and sign it:
progress-unlocking = Opening the keys…
progress-sealing = Making the keys…
progress-syncing = Comparing with everyone in reach…
note-not-marked = That it was read could not be noted. { $cause }
note-stays-unlocked = The keys stay open in `kenes up` until `kenes lock`, or until nobody has used them for a while.

## Setting up

init-done = Your home is set up: { $home }
init-words = Write these 24 words on paper and keep them apart from this machine. They are your recovery key: after all else is lost they bring you back, with an invite of a steward's. `kenes keys backup` shows them again.
init-next = Next: `kenes committee new NAME`, or `kenes committee join INVITE`.
up-ends = Ending…
qr-no-room = The window is too narrow for the code: it takes { $columns } columns. Widen it or make the letters smaller.
qr-too-long = This is too long for a code.
up-unconfined = This kernel does not keep a program to its own folder (Landlock): what strangers send is handled with all the rights of your account. Linux 5.13 or later does.
up-confined-partly = The kernel keeps this program to its own folder (Landlock), but not in everything. Whoever broke into it could still: { $open }. Linux 6.12 or later holds all of it.
open-truncation = cut off your files
open-devices = steer devices of this machine
open-signals = end your other programs
up-unlock = The keys are locked; `kenes unlock` in another window opens them. What comes is carried all the same.
up-no-network = Nobody can be looked for on a local network here: this system does not show it to a program, or there is none. Name others by address: `kenes peers add`.
up-end = Ctrl-C ends.
desk-unlocked = The keys are open.
desk-locked = The keys are locked.
home-only-done = This home keeps your vote.
home-copy-done = Your vote is erased here. You still read and write in this home.
home-nothing = There was nothing to decide: this home was not copied, or yours is not the only vote.
desk-state-uninitialised = none yet
desk-state-locked = locked
desk-state-unlocked = open
desk-state-absent = none: a relay

## Status

status-person = Running.
status-relay = Running as a relay.
status-not-up = Not running.
status-stored = { $envelopes ->
    [one] { $envelopes } envelope
   *[other] { $envelopes } envelopes
} in { $channels ->
    [one] { $channels } channel
   *[other] { $channels } channels
}, { $size }.
status-queued = { $count ->
    [one] { $count } envelope of yours waits
   *[other] { $count } envelopes of yours wait
} to meet somebody.
status-last-sync = Last compared with others: { $when }.
status-no-sync = Not yet compared with anyone.
status-peers = { $count ->
    [0] Nobody is connected.
    [one] { $count } node is connected:
   *[other] { $count } nodes are connected:
}
status-penalised = { $count ->
    [one] { $count } node did wrong, and is trusted less for a while:
   *[other] { $count } nodes did wrong, and are trusted less for a while:
}
status-penalised-more = And { $count ->
    [one] { $count } more.
   *[other] { $count } more.
}
status-fault = { "  " }{ $count } × { $what }
status-kept-out = { "  " }Kept out until { $when }
fault-malformed = what is no message or no envelope
fault-bad_signature = forged signatures
fault-unknown_pen = envelopes by a pen on no list
fault-unknown_channel = another channel than it said
fault-bad_list = lists that do not count
fault-rival_list = lists of another branch
fault-expired = envelopes that are over
fault-ahead = envelopes from the future
fault-below_floor = envelopes older than what is kept
fault-too_much = more than the limits allow
fault-unasked = what nobody asked for
fault-withheld = promised and not brought
fault-bad_sync = comparing without end
status-committee = { $name }: { $standing }, newest minutes no. { $no }
status-clock = This machine's clock shows { $when }, which cannot be right. Nothing expires until it is set. `kenes clock` says more.
status-clock-leapt = This machine's clock shows { $when }: it has leapt ahead since it was last believed, and nothing expires for now. `kenes clock` says more.
status-clock-ahead = Its clock is { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} ahead of this one.
status-clock-behind = Its clock is { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} behind this one.
status-damaged = { $count ->
    [one] { $count } envelope did not read back from the disk;
   *[other] { $count } envelopes did not read back from the disk;
} others may still have it.
status-records-damaged = { $count ->
    [one] { $count } record of this home does not read back from the disk;
   *[other] { $count } records of this home do not read back from the disk;
} what was lost is shown again once it comes with an envelope.
status-salvaged = The store was damaged. { $count ->
    [one] { $count } envelope was saved;
   *[other] { $count } envelopes were saved;
} the rest comes from others. The damaged one lies in { $path }.

clock-shows = This machine's clock shows { $when }.
clock-believed = Nothing speaks against it.
clock-before-build = This program was not made yet then, so that cannot be right. Nothing expires until it is set.
clock-behind = It was last believed when it showed { $last }. Until it is set, nothing expires and nothing can be dated. If it is right now, say so: `kenes clock right`.
clock-far-ahead = It was last believed when it showed { $last }, and has leapt ahead since. Nothing expires until it has gone on to { $until }. If it is right, say so: `kenes clock right`.

check-home = Home
check-socket = Socket
check-keystore = Keystore
check-process = Used by process
check-store = Store (envelopes / size)
check-salvaged = The store was damaged and set aside
check-records = Records (all / damaged)
check-clock = Clock

## Committees

committee-founded = The committee { $name } is founded.
committee-rests-on-founder = Until three vote, it rests on your key alone.
committee-invite-next = Next: `kenes committee invite`.
committee-none = You are in no committee yet.
committee-line = { "  " }{ $id } · { $standing } · { $unread ->
    [0] nothing unread
   *[other] { $unread } unread
}
committee-paused = { $who } is paused: out of everything written from now on by those who know.
committee-left = { $name } is forgotten in this home.
committee-copied = This home was copied or moved. Say which one keeps your vote: `kenes home only` or `kenes home copy`.
committee-unnamed = (its name has not come yet)
committee-size = { $members ->
    [one] { $members } member,
   *[other] { $members } members,
} { $voters ->
    [one] { $voters } votes.
   *[other] { $voters } vote.
}
committee-requests = { $count ->
    [one] { $count } asks
   *[other] { $count } ask
} to join: `kenes committee requests`.
committee-to-vote = { $count ->
    [one] One resolution waits
   *[other] { $count } resolutions wait
} for your word: `kenes resolution list --open`.
committee-checkpoint = The words by which others know the committee, for banners and papers (they stand for No. { $no }):
committee-recipients = { $count ->
    [one] { $count } device
   *[other] { $count } devices
} can read what is written from now on.
member-steward = steward
standing-pending = asked to join
standing-probation = on probation
standing-voter = votes
standing-suspended = paused
standing-removed = removed
standing-follower = follows in public
link-given = It names No. { $no }, after which { $voters } vote. It opens nothing and may be shown to anyone; give the words by another way.
follow-begun = Followed. What the committee says in public comes with the next meeting.
follow-compare = These twelve words stand for the minutes that are held fast to. Compare them with a poster, or by voice:
committee-few-voters = Until three vote, the committee rests on one key: whoever has it decides alone.
committee-open = { $open } open, { $to_sign } of them for you to sign: `kenes minutes list --open`.
committee-forked = TWO MINUTES No. { $no } WERE ADOPTED in { $name }: { $sheets }. Somebody signed twice. { $stand } Speak with the others, then say where to stand: `kenes minutes stand ID`.
committee-forked-stands = This desk stays on { $id }.
committee-forked-below = This desk stands below both and signs nothing.
committee-adrift = The book of { $name } does not reach the minutes that this desk stands on. The rest comes with the next meeting.
committee-keyless = You vote, and your vote key is not here. `kenes minutes key` asks the others for a new one.
committee-beside = This is another device of yours: you vote from the one that let it in.
committee-out = You are out: { $cause }.
committee-no-chair = Nobody chairs: whoever puts the next sheet asks the others to pass on first.
label-chair = Chair
member-out = { "  " }{ $name }: { $cause }
member-chair = chair
member-speaks = speaks for the committee until { $until }
member-me = you
member-asks-key = { $who } asks for a new vote key, { $key }. Before anyone signs it, have its owner say these words by voice or face to face:
member-devices = Devices of { $name }: { $devices }
invite-one = For one person, into whose hands you give it: whoever has it can ask to join, and the first is let in.
invite-many = For { $uses } people. Compare the words with each before you let them in: `kenes committee requests`.
invite-back = For { $who } alone, after everything was lost: only the home that has their 24 words is answered. They run `kenes keys restore`, then `kenes committee join` with this.
invite-device = For another machine of yours alone. There you run `kenes init`, then `kenes committee join` with this; here `kenes committee requests` shows its twelve words: admit it only if they are those on its screen. Whoever is admitted by it reads and writes as you.
invite-saved = The invite is in { $path }, which only you can read. Hand it over, and delete it.
keys-votes-by-key = You vote from this home.
keys-votes-by-words = You vote with the recovery key. Ask for a new vote key, so that minutes can replace the lost one.
keys-votes-not = You do not vote from this home.
keys-asked-for = Minutes are asked to give you the vote key { $key }.
keys-this-device = this one
keys-speaks = another of yours
keys-speaks-no-longer = speaks no longer
keys-backup = These are your 24 words. Write them on paper, and keep them apart from this machine:
keys-restored = This home has your recovery key.
keys-restored-next = Now ask a steward of each committee for `kenes committee invite --for` you, and join by it.
wipe-done = What kenes made in this home is gone.
wipe-keys-only = The keys are destroyed, and nothing here opens any more. `kenes up` still has the rest: end it, then run `kenes wipe` again.
join-asked = You have asked to join. It goes out with the next meeting; the answer comes the same way, and you need not be online together.
requests-none = Nobody asks to join.
verify-member = The words of { $who }'s keys. They see them by `kenes committee verify` with their own name. Compare them in person or by a voice that you know:
member-verified = You have compared the words of { $who }. Their bulletins say so from now on, until their vote key is replaced.
verified = ✓ compared
bulletin-author-verified = ✓ You have compared the words of its author.
request-line = { "  " }{ $id } · { $when }
request-held = Held: this invite was for one, and one has come. Somebody may have copied it.
request-namesake = Held: a member or another request has this name, or one that looks like it. Make sure who it is.
request-unusual = Held: this name mixes alphabets, or has letters or signs that names here do not have. Make sure who it is.
request-device = A device asks to read and write AS YOU. Admit it only if it is yours, and these words are on its screen.
request-declined = The request of { $who } is not shown any more.
request-compare = Compare these words by voice or face to face:
request-admitted = { $who } is let in, on probation.

## Minutes

minutes-none = There are no minutes after No. 0, the founding.
minutes-none-open = Nothing is open.
minutes-title = No. { $no } · { $status } · { $id }
sheet-open = open
sheet-adopted = adopted
sheet-superseded = superseded: another one was adopted
sheet-contested = CONTESTED: two of this number were adopted
sheet-void = void
minutes-author = { "  " }Put by { $who }
minutes-void = { "  " }It can never be minutes: { $cause }.
minutes-not-tabled = { "  " }Not tabled yet: { $passes } of { $needed } have passed on.
minutes-signed = { "  " }Signed by { $count } of { $needed } needed: { $who }
minutes-missing = { "  " }Not yet: { $who }
minutes-mine = { "  " }You have signed.
minutes-obstacle = { "  " }This desk would not sign it: { $cause }.
minutes-sign-next = { "  " }Yours is wanted: `kenes minutes sign { $id }`
minutes-by-hand = { "  " }What you sign about it leaves this desk by file only: `kenes minutes export { $id } FILE`
minutes-adopted = No. { $no } is adopted.
minutes-passed = You have passed on.
minutes-stands = This desk stands on No. { $no }, { $id }.
minutes-stands-alone = Nothing of the other branch is merged: what is still wanted of it goes on the next sheet.
minutes-put = The sheet is put: { $id }
minutes-would-be = No. { $no } would decide:
minutes-needs = { "  " }It takes { $needed ->
    [one] { $needed } signature.
   *[other] { $needed } signatures.
}
minutes-tables-at-once = { "  " }You chair: it is tabled, and you sign it, at once.
minutes-asks-first = { "  " }You do not chair: the others are first asked to pass on to a round of yours; then it is tabled and signed by itself.
minutes-saved = Saved: { $path }
minutes-saved-open = It is not sealed: whoever finds the file reads the names and the decisions in it.
minutes-brought = New here: { $received }; here already: { $duplicate }.
minutes-key-asked = The others are asked to put this vote key in place of yours: { $key }. Say these words to them, by voice or face to face:
minutes-key-next = One of them puts it on a sheet: `kenes minutes propose --new-key WHO`.
decision-admit = { "  " }+ { $who } votes from now on
decision-admit-steward = { "  " }+ { $who } votes from now on, as a steward
decision-remove = { "  " }- { $who } is a member no longer
decision-drop = { "  " }- { $who } is on probation no longer, and goes
decision-keep = { "  " }= { $who } stays on probation
decision-steward = { "  " }+ { $who } becomes a steward
decision-retire = { "  " }- { $who } is a steward no longer
decision-reinstate = { "  " }+ Whomever { $who } has paused comes back
decision-recall = { "  " }- These devices of { $who } speak no longer: { $devices }
decision-new-key = { "  " }! { $who } gets another vote key: { $key }
decision-new-key-compare = { "    " }Sign only after its owner said these words to you, by voice or face to face:
decision-new-key-lifts = { "    " }! The pause by the old key ends with it: { $who } comes back.
decision-spokesperson = { "  " }+ { $who } publishes in the committee's name until { $until }
decision-silence = { "  " }- { $who } publishes in the committee's name no longer
decision-undone = { "  " }  From { $id }, written { $written }, on: { $count ->
    [one] one bulletin that is here counts no longer
   *[other] { $count } bulletins that are here count no longer
}
decision-quorum = { "  " }= Decisions take more than half of the voters, and at least { $quorum }
decision-history-all = { "  " }= Newcomers who vote read what was written before
decision-history-none = { "  " }= Newcomers read nothing of what was written before
decision-retention = { "  " }= Bulletins are kept for { $days ->
    [one] { $days } day
   *[other] { $days } days
}
decision-channel = { "  " }! The committee moves to the channel { $channel }
decision-publish = { "  " }! The committee publishes in the channel { $channel }

## Bulletins

bulletin-posted = Written: { $id }
bulletin-waits = It is safe here and goes out with the next `kenes up`.
bulletin-none = There are no bulletins.
bulletin-unreadable = { $count ->
    [one] { $count } bulletin could not be read from the disk; it comes again with its envelope.
   *[other] { $count } bulletins could not be read from the disk; they come again with their envelopes.
}
bulletin-more = { $shown } of { $total } are shown; `--limit N` shows more at once, `--before { $last }` those older than these.
bulletin-line = { $author }, { $committee }, { $when }
bulletin-urgent = Urgent
bulletin-public = Public
bulletin-corrected = Its author has corrected it: kenes bulletin show { $id }
bulletin-retracted = Its author has taken it back.
bulletin-corrects = Corrects { $id }.
bulletin-corrects-in-vain = It says to correct { $id }, which is not its author's: nothing is changed there.
bulletin-now-reads = It now says, since { $when }:
bulletin-rewritten = Corrected; the new wording is { $id }
bulletin-taken-back = Taken back: { $id }
note-saved-corrected = Its author has corrected it since. The file does not say so, and cannot.
note-saved-retracted = Its author has taken it back. The file does not say so, and cannot.
bulletin-expired = Its time is over.
bulletin-unknown = Written by a device that the book here gives to nobody.
author-unknown = unknown
author-spokesperson = a spokesperson
bulletin-forked = This device said two things in one place. One of them may not be its owner's.
bulletin-author-paused = Its author has since been paused; this counts as written before.
bulletin-unproven = Its author has been put out since, and nothing here shows that this was written before: it may be dated back.
bulletin-unproven-public = Its author speaks for the committee no longer, and nothing here shows that this was written while they did: it may be dated back.
bulletin-former = Its author spoke for the committee then, and speaks for it no longer.
bulletin-recalled = Written after what the committee lets stand of its recalled author or device: NOT to be relied on.
bulletin-gap = { $count ->
    [one] { $count } earlier bulletin
   *[other] { $count } earlier bulletins
} of { $author } { $count ->
    [one] has
   *[other] have
} not come here.
bulletin-gap-wide = More than { $count } earlier bulletins of { $author } have not come here.
watch-begins = Waiting for new bulletins. Ctrl-C ends.
watch-locked = The keys are locked: nothing is shown until `kenes unlock`.
watch-unlocked = The keys are open again.
watch-missed = { $count ->
    [one] { $count } event was
   *[other] { $count } events were
} missed; `kenes bulletin list` shows all.
watch-command-failed = The command ended with { $code }.

## Resolutions

resolution-put = The resolution is put, and you are for it.
resolution-for = You are for it.
resolution-against = You are against it.
resolution-none = There are no resolutions.
resolution-more = { $shown } of { $total } are shown.
resolution-line = Put by { $author }, { $committee }, under No. { $no }
resolution-open = { "  " }{ $id } · open: { $signed } for, { $against } against, { $missing } not heard; it takes { $needed }
resolution-adopted = { "  " }{ $id } · adopted: { $signed } for, { $against } against, { $missing } not heard; it takes { $needed }
resolution-rejected = { "  " }{ $id } · rejected: { $signed } for, { $against } against, { $missing } not heard; it takes { $needed }
resolution-saved-open = It is not sealed: whoever finds the file reads the text, and who said what by their ids.
resolution-waits = { "  " }You have not said anything yet: kenes resolution vote { $id } adopt|reject
resolution-by-hand = { "  " }What you say on it leaves this desk by file only: `kenes resolution export { $id } FILE`
resolution-deadline = Votes are asked for until { $when }; the date decides nothing.
certificate-saved = Saved: { $path }. Whoever has it can check it with `kenes verify`, with nothing else.
certificate-words = Tell them these words by another way, from paper or by telephone: they stand for your No. { $no }:

## What a certificate proves

verify-resolution = A resolution of a committee that calls itself “{ $name }”
verify-bulletin = A public bulletin of a committee that calls itself “{ $name }”
verify-minutes = The minutes of a committee that calls itself “{ $name }”
verify-signed = Signed by { $signed } of the { $voters } who vote under its No. { $no }; it takes { $needed }.
verify-office = Written by a spokesperson made by its No. { $no }, which { $signed } of { $voters } signed; it takes { $needed }.
verify-decided = Its newest minutes are No. { $no }, signed by { $signed } of the { $voters } who voted; it takes { $needed }.
verify-founded = Founded by { $voters }, all of whom signed: { $signed } of { $needed }.
verify-known = This home knows the committee: you belong to it, and its book here reaches No. { $no }.
verify-words-fit = It is of the committee whose No. { $no } you hold to.
verify-compare = Anyone can call a committee “{ $name }”. Only these words tell which one it is:
verify-words = { "  " }No. { $no }: { $words }
verify-compare-how = Compare them with a banner, a paper or by telephone. If you have words of other minutes: --words "…".
verify-unknown = This home does not know the committee.
verify-namesake = A committee of yours has this name or one that looks like it, and this is ANOTHER ONE.
warning-one-key = Fewer than three voted: whoever holds one or two keys could have made all of it.
warning-no-checkpoint = Nothing was given to compare it with. Whoever seized a committee's old keys can make up minutes from then on.
warning-signed-late = You hold to No. { $no }, and this is under older minutes: whoever got hold of old keys since could have signed it late.
warning-newer-minutes = There are newer minutes: No. { $no }.
warning-no-longer-spokesperson = Whoever wrote it is no spokesperson any more.
warning-undated = Minutes have ended its author's office since. By its number this may be one of the bulletins that they let stand; the file does not show it, and its date is its author's word.
warning-signers-removed = { $count ->
    [one] One of those who signed is out by now
   *[other] { $count } of those who signed are out by now
} (the newest minutes are No. { $no }).
warning-signers-out = { $count ->
    [one] One of those who signed is paused, or signed two things that exclude each other
   *[other] { $count } of those who signed are paused, or signed two things that exclude each other
}. This home's book says so.
warning-continues = It says that it continues the committee { $other }. Nothing proves that.
warning-only-this = What nobody can tell from it: who was paused or forced, and what the committee took back or decided since.

## Peers, channels, sync

peers-none = No peers.
peers-added = { $address } is added.
peers-dropped = { $peer } is dropped.
peers-blocked = { $peer } is blocked.
peers-since = { "  " }Connected since { $when }
peers-charges = { "  " }{ $count ->
    [one] Did wrong { $count } time
   *[other] Did wrong { $count } times
}
carry-none = No channels are carried.
carry-added = Carrying { $channel }.
carry-dropped = { $channel } is carried no more.
carry-stored = { "  " }{ $envelopes ->
    [one] { $envelopes } envelope
   *[other] { $envelopes } envelopes
}, { $size }
carry-forked = { "  " }Its keepers signed two branches of its lists. Ask them in person.
carry-for-others = { "  " }For others
sync-done = Received { $received }, sent { $sent }, refused { $refused }, { $overhead } of overhead.

## What to do next

next-title = What you can do next:
next-help = `kenes --help` shows all commands.
next-demo = See how it works: a story on this machine that cleans up after itself.
next-init = Set up a home of your own.
next-relay = Carry for others without reading anything.
next-up = Meet others: carries what you wrote, brings what they wrote.
next-read = Read. This needs no network.
next-write = Write. This needs no network.
next-unlock = The keys are locked.
next-found = Found a committee.
next-join = Or join one by an invite.
next-pending = You have asked to join; see whether you were let in.
next-unread = There is something new to read.
next-status = See whom you are connected with.
next-relay-runs = A relay is running here.
next-carry = See what it carries.

## The story

demo-set-up = Three people set up their homes: one in Aktau, two in Temirtau. Temporary folders on this machine stand for the towns.
demo-relay = Between the towns somebody runs a relay. It has no keys, and nobody reads on it.
demo-found = { $name }, in Aktau, founds a committee.
demo-invite = She hands an invite to each of the two. Both ask to join while nothing runs.
demo-introduce = { $name } passes by the relay, which begins to carry the committee's channel. It learns a number and pseudonyms, and no name.
demo-ask = The two pass by the relay and leave their requests there.
demo-admit = They are gone. { $name } passes by, finds the requests and lets them in.
demo-confirm = By minutes, { $name } confirms the two: from now on all three vote.
demo-welcome = She is gone. The two pass by again and find the answer. They were never online together.
demo-write = Now the towns are cut off from each other, and everyone writes with nothing running:
demo-quote = { "  " }{ $author }: { $text }
demo-put = In Temirtau, { $name } puts a resolution with nothing running. It takes two of three:
demo-meet-aktau = { $name } passes by the relay and goes offline again.
demo-meet-temirtau = Temirtau passes by, leaves what it wrote and takes what came from Aktau.
demo-meet-again = { $name } passes by once more.
demo-read = Everyone is offline. Each reads everything:
demo-has-read = { "  " }{ $name } has all three.
demo-adopt = In Aktau, { $name } signs what came by the relay. Two of three, in two towns that were never connected: it is adopted.
demo-outsider = { $name } saves what proves it. Somebody with no home and no keys has the file, and twelve words from a banner:
demo-words = { "  " }{ $words }
demo-proven = It is the resolution of the committee “{ $name }” with these words, signed by 2 of 3.
demo-forged = Somebody changes one byte of the text.
demo-forged-refused = That is refused: it was changed after it was signed.
demo-informer = { $informer } turns out to carry what she reads to the wrong people. In Aktau, { $name } pauses her at once, puts a sheet to remove her, and writes:
demo-removed = In Temirtau, { $name } passes by the relay, reads it, and signs: two of three, and { $informer } is out.
demo-informer-takes = { $informer } passes by the relay and takes everything that it has.
demo-informer-reads-nothing = { $name } reads it, and { $informer } cannot: she has the envelopes, and no key that opens them.
demo-relay-ends = The relay is switched off.
demo-search = The relay is seized, and every byte of its files is searched.
demo-search-done = Not one sentence is there. The channel's number is: the search does find what is there to find.
demo-end = That was all. Everything is cleaned up.
demo-too-long = The story found no end.
