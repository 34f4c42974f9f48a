### Қазақша. Кілттер барлық тілде бірдей; оны тест салыстырады.

## Белгілер

label-arguments = Аргументтер
label-channel = Арна
label-command = ПӘРМЕН
label-commands = Пәрмендер
label-config = Баптаулар
label-corrects = Түзететіні
label-desk = Кілттер
label-error = Қате
label-expires = Сақталу мерзімі
label-home = Қалта
label-id = Нөмірі
label-industry = Сала
label-keystore = Кілттер қоймасы
label-listens = Байланыс күтетін мекенжай
label-lock = Құлып
label-minutes = Соңғы хаттама, №
label-name = Аты
label-option = ПАРАМЕТРЛЕР
label-options = Параметрлер
label-peer-id = Желідегі аты
label-received = Осында келген уақыты
label-reply-to = Жауап берілген хабарлама
label-socket = Сокет
label-standing = Мәртебесі
label-store = Қойма
label-system-config = Машинаның баптаулары
label-territory = Аумағы
label-unread = Оқылмағаны
label-usage = Қолданылуы
label-written = Жазылды

## Анықтама

help-kenes = Комитеттерге арналған хабарламалар: интернет болса да, болмаса да. Жай `kenes` деп терсеңіз, әрі қарай не істеу керегін айтады.
help-init = Қалта ашу: құпиясөзбен қорғалған кілттеріңіз
help-up = Іске қосу: тоқтатқанша сақтау, басқалармен кездесу, пәрмендерді орындау
help-unlock = Жұмыс істеп тұрған `kenes up` ішіндегі кілттерді ашу
help-lock = Оларды құлыптау
help-home = Бұл қалта көшірілген немесе басқа жерге ауысқан болса: дауысыңыз қайсысында қалады
help-home-only = Осысы, басқа көшірмелері жоқ: дауысыңыз осында қалады
help-home-copy = Басқасы пайдаланылып жүр: дауысыңыз мұнда біржола өшіріледі
help-status = Жағдай қалай
help-doctor = Баптаулар қандай, қайдан алынған және бәрі дұрыс па
help-paths = Не қайда жатыр
help-committee = Комитеттер мен олардың мүшелері
help-committee-new = Комитет құру
help-committee-list = Сіз мүше комитеттер
help-committee-show = Бір комитет
help-committee-members = Ішінде кім бар
help-committee-invite = Шақыру жазу
help-committee-join = Шақырумен кіруге өтініш беру
help-committee-requests = Кім өтініш берді
help-committee-admit = Сынақ мерзімімен қабылдау
help-committee-decline = Өтінішті бұдан былай көрсетпеу. Өтінген адамға ештеңе айтылмайды
help-committee-pause = Комитет шешкенше біреуге әрі қарай оқытпау
help-committee-leave = Комитетті осы қалтада ұмыту: кілттері мен оқылғандарын
help-bulletin = Жазу және оқу
help-bulletin-post = Хабарлама жазу
help-bulletin-list = Хабарламалар, жаңасы бірінші
help-bulletin-show = Бір хабарлама
help-bulletin-reply = Хабарламаға жауап беру
help-bulletin-watch = Жаңа хабарламаны келген бойда көрсету
help-verify = Куәлік нені дәлелдейді. Бұған қалта керек емес
help-peers = Басқа түйіндер
help-peers-list = Қазір байланыста кім бар
help-peers-add = Түйінмен қазір және бұдан былай байланысу
help-peers-drop = Онымен енді байланыспау
help-peers-block = Онымен ешқашан сөйлеспеу
help-carry = Конверттері осында сақталып, әрі қарай берілетін арналар
help-carry-list = Олар қандай
help-carry-add = Арнаны сақтау
help-carry-drop = Енді сақтамау және жиналғанын ұмыту
help-sync = Байланыстағының бәрімен қазір салыстыру
help-demo = Осы машинада, уақытша қалталарда өтетін тұтас бір оқиға
help-completions = Пәрмендерді толықтыруға қабықшаға керегі

arg-home = Қай қалтада жұмыс істеу
arg-json = JSON түрінде жауап беру
arg-lang = Тіл: kk, ru немесе en
arg-color = Түс: auto, always немесе never
arg-no-input = Ештеңе сұрамау
arg-passphrase-file = Құпиясөзді тек өзіңіз оқи алатын файлдың бірінші жолынан алу
arg-passphrase-fd = Құпиясөзді ашық дескриптордан алу
arg-committee = Қай комитет: атауы немесе нөмірінің басы
arg-quiet = Ескертпесіз
arg-verbose = Толығырақ; екі рет берілсе, одан да толық
arg-help = Осы анықтама
arg-version = Нұсқасы
arg-init-name = Атыңыз кім
arg-up-relay = Тек басқалар үшін сақтау; мұнда ешкім оқымайды
arg-up-listen = Осы мекенжайда байланыс күту, мысалы /ip4/0.0.0.0/tcp/4070; бірнеше рет беруге болады
arg-up-peer = Осы мекенжаймен байланысу; бірнеше рет беруге болады
arg-up-no-mdns = Жергілікті желіден басқаларды іздемеу
arg-watch = Өзгеріс болған сайын жалғастыру
arg-doctor-records = Кілттерді ашып, осы қалта олармен сақтайтын әр жазбаны оқу
arg-sync-peer = Алдымен осы мекенжаймен байланысу
arg-wait = Басқаларды неше секунд күту, 1-ден 600-ге дейін
arg-committee-new-name = Комитеттің атауы
arg-territory = Қайда, ең кеңінен бастап
arg-industry = Саласы
arg-quorum = Шешімге көпшіліктен бөлек керек дауыс үлесі: 1/2-ден 2/3-ге дейін
arg-history = Дауыс құқығы бар жаңа мүшелер бұрынғыдан нені оқиды: all (бәрін) немесе none (ештеңе)
arg-uses = Қанша адам келе алады, 1-ден 4-ке дейін. Біреуге болса, қолма-қол берілген саналып, сұраусыз жауап қайтарылады
arg-expires = Түйіндер оны қанша сақтайды, мысалы 12h, 14d, 2w
arg-committee-invite-expires = Қанша уақыт жарамды, мысалы 12h, 14d, 2w
arg-uri = Шақыру
arg-committee-join-name = Осы комитеттегі атыңыз
arg-founder = Осы комитеттегі атыңыз
arg-who = Аты немесе нөмірінің басы
arg-yes = Растауды сұрамау
arg-because = Неге: arrested (тұтқындалды), lost-device (құрылғысы жоғалды) немесе distrust (сенім жоқ)
arg-text = Мәтін; - немесе бос болса, стандартты енгізуден
arg-file = Мәтінді файлдан алу
arg-title = Тақырып
arg-urgent = Басқалардан озсын
arg-reply-to = Бұл қай хабарламаға жауап
arg-id = Хабарламаның нөмірі немесе оның басы
arg-since = Мына кезден бері жазылғандар: 2d, 2026-11-24, "2026-11-24 18:00"
arg-unread = Тек оқылмағандары
arg-limit = Осыншадан артық емес, 1-ден 1000-ға дейін; берілмесе, 100
arg-date = Бұл машинаның сағаты қате болса, нақты күні мен уақыты
arg-exec = Әрқайсысы үшін осы пәрменді орындау; хабарлама оның стандартты енгізуіне JSON болып беріледі
arg-address = Мекенжай, мысалы /ip4/192.168.1.5/tcp/4070
arg-peer = Қосылған мекенжай немесе желідегі аты
arg-channel = Арнаның нөмірі, не тізімнен айнымау үшін арна@тізім
arg-shell = bash, zsh, fish, elvish немесе powershell
arg-verify-file = Файл; стандартты кіріс үшін -
arg-words = Комитеттің он екі сөзі: плакаттан, қағаздан немесе телефоннан
arg-checkpoint = Негізге алынатын хаттама: №@НӨМІР

## Пәрмен жолында не дұрыс болмауы мүмкін

usage-unknown-argument = Мұнда { $argument } жоқ.
usage-unknown-command = { $argument } деген пәрмен жоқ.
usage-missing-command = Пәрмен жетіспейді: { $permitted }.
usage-missing-argument = Мынау жетіспейді: { $argument }.
usage-bad-value = { $argument } үшін { $value } жарамайды.
usage-conflict = { $argument } мен { $other } бірге қолданылмайды.
usage-too-many = { $argument } үшін мән тым көп.
usage-not-text = Аргументтердің бірі мәтін емес.
usage-other = Пәрмен жолы түсініксіз.
usage-nearest = Мүмкін, { $nearest } шығар?

## Қателер

error-usage = { $problem }
hint-usage = Не бар екенін `kenes --help` көрсетеді.
error-home_in_use = Бұл қалтаны { $holder } процесі пайдаланып жатыр.
hint-home_in_use = Ол аяқтағанша күтіңіз немесе оны тоқтатыңыз.
error-unreachable = `kenes up` жауап бермейді.
hint-unreachable = Ол әлі жұмыс істеп тұр ма? Қайта іске қосыңыз: `kenes up`.
error-needs_up = Бұл тек `kenes up` жұмыс істеп тұрғанда мүмкін.
hint-needs_up = Оны басқа терезеде іске қосыңыз: `kenes up`.
error-no_passphrase = Құпиясөз керек, бірақ сұрайтын адам жоқ.
hint-no_passphrase = --passphrase-file беріңіз немесе алдымен кілттерді ашыңыз: `kenes unlock`.
error-nobody_to_ask = Мынаны білу керек, бірақ сұрайтын адам жоқ: { $question }
hint-nobody_to_ask = Параметрмен беріңіз; қайсысы екенін `--help` көрсетеді.
error-passphrases_differ = Екеуі бірдей емес.
error-weak_passphrase = Құпиясөзде кемінде { $limit } таңба болуы керек.
hint-weak_passphrase = Кездейсоқ бес-алты сөз әрі сенімді, әрі есте оңай қалады.
error-open_to_others = { $path } файлын басқалар оқи алады.
hint-open_to_others = Оларға жабыңыз: chmod 600.
error-file = { $path } пайдалануға келмейді: { $cause }
error-not_text = { $path } — UTF-8 мәтіні емес.
error-not_a_file = { $path } — кәдімгі файл емес.
error-no_text = Мәтін жоқ, жіберетін ештеңе жоқ.
error-bad_config = { $path } ішіндегі баптаулар түсініксіз: { $cause }
error-unknown_key = { $key } деген баптау жоқ, ол { $path } ішінде тұр. Ең жақыны { $nearest }.
error-no_committee = Сіз әзірге ешбір комитетке кірмегенсіз.
hint-no_committee = Құру үшін: `kenes committee new`; кіру үшін: `kenes committee join`.
error-which_committee = Қай комитет? Сіз бірнешеуіне мүшесіз: { $names }
hint-which_committee = Біреуін -c арқылы атаңыз.
error-socket = { $path } сокетін алу мүмкін болмады: { $cause }
error-socket_path = { $path } жолы { $length } байт, ал сокеттікі { $limit } байттан аспауы керек.
hint-socket_path = Жолы қысқарақ қалта таңдаңыз.
error-port_taken = { $address } мекенжайын басқа бағдарлама алып қойған.
hint-port_taken = Басқа порт немесе кез келгені үшін 0 таңдаңыз.
error-cannot_listen = { $address } мекенжайында байланыс күту мүмкін емес: { $cause }
error-unwell = Бәрі бірдей дұрыс емес.
error-story_broke = Оқиға «{ $step }» дегенде үзілді: { $cause }
error-nobody_met = Уақытында ешкім кездеспеді.
error-in_part = Уақытында бәрі салыстырылмады.
hint-in_part = --wait мәнін ұзартып, қайта көріңіз.
hint-nobody_met = Маңайда біреу бар ма? Түйінмен байланысу: `kenes peers add МЕКЕНЖАЙ`.
error-interrupted = Тоқтатылды.
error-unexpected = Болмады: { $cause }
error-bad_request = Сұраныс оқылмайды.
error-bad_value = Бұл { $what } емес: { $value }
error-too_long = Тым ұзын: { $limit } байттан асуға болмайды.
error-not_found = Табылмады ({ $what }): { $id }
error-short_id = «{ $id }» нөмірдің басы болуға тым қысқа: кемінде { $limit } таңба керек.
hint-short_id = Тізімдерде алғашқы сегіз таңба көрсетіледі.
error-ambiguous = { $id } біреуден көбіне сәйкес келеді ({ $what }).
hint-ambiguous = Нөмірді ұзынырақ беріңіз.
error-not_initialised = Бұл қалтада әлі ештеңе жоқ.
hint-not_initialised = `kenes init` пәрменінен бастаңыз. Тек басқалар үшін сақтау: `kenes up --relay`.
error-already_initialised = Бұл қалта бұрын ашылған.
hint-already_initialised = --home арқылы басқасын таңдаңыз.
error-locked = Кілттер құлыптаулы.
hint-locked = Ашыңыз: `kenes unlock`.
error-wrong_passphrase = Құпиясөз дұрыс емес.
error-no_desk = Бұл ретранслятор: мұнда ешкім оқымайды.
error-bad_invite = Бұл шақыру емес, не ол бүлінген.
hint-bad_invite = Толық көшіріңіз; ол kenes: деп басталады
error-not_authentic = Бұл ештеңені дәлелдемейді: { $cause }.
hint-not_authentic = Файлдың өзін берген адамнан сұраңыз, әзірге ешкімге бермеңіз.
error-invite_over = Шақырудың мерзімі біткен.
hint-invite_over = Жаңасын сұраңыз.
error-not_allowed = Комитеттің кітабы сізге бұған рұқсат бермейді.
error-pending = Сізді әлі қабылдаған жоқ.
hint-pending = Шақырған адам екеуіңіз де жететін ретрансляторға келуі керек.
error-bad_name = Бұл ат бола алмайды: { $cause }
error-not_possible = Бұлай болмайды: { $cause }
error-no_epoch = Әзірге жазуға болмайды: алдымен дауыс құқығы бар мүше жаңа кілттер жасауы керек, не сіздікі әлі келген жоқ.
hint-no_epoch = Олар келесі кездесуде келеді.
error-full = Бұл комитетте одан артық болмайды.
error-copied = Бұл қалта көшірілген немесе басқа жерге ауысқан, ал комитеттің жалғыз дауысы сізде: дауыс қай қалтада қалатынын айтқанша ештеңеге қол қойылмайды.
hint-copied = Басқа көшірмелері жоқ болса: `kenes home only`. Басқасы пайдаланылып жүрсе: `kenes home copy`, сонда дауысыңыз мұнда өшіріледі.
error-own_channel = Бұл арнада өзіңіздің комитетіңіздің хаттары жүреді.
hint-own_channel = Комитетті ұмыту: `kenes committee leave`.
error-joined = Сіз бұл комитетке кіргенсіз немесе өтініш беріп қойғансыз.
hint-joined = Қалай тұрғанын `kenes committee list` көрсетеді.
error-suspension_open = Сіз біреудің қатысуын тоқтатып қойғансыз, ал бір мүше бір мезгілде тек біреудікін тоқтата алады.
hint-suspension_open = Мұны дауыс құқығы бар басқа мүше істей алады.
error-clock_doubted = Бұл машинаның сағаты анық қате.
hint-clock_doubted = Осы машинаның күні мен уақытын қойыңыз немесе оларды --date арқылы айтыңыз.
error-too_early = { $date } болуы мүмкін емес: осы бағдарлама жасалған { $least } мезгілінен бұрынғы күн қойылмайды.
error-bad_address = «{ $address }» пайдалануға келетін мекенжай емес.
hint-bad_address = Мекенжай мынадай болады: /ip4/192.168.1.5/tcp/4070
error-no_network = Бұл процесте желі жоқ.
hint-no_network = Басқа терезеде `kenes up` іске қосыңыз.
error-timed_out = Уақытында жауап болмады.
error-storage = Қойманы пайдалану мүмкін емес: { $cause }
hint-storage = Не болғанын `kenes doctor` қарайды.
error-stopping = `kenes up` жұмысын аяқтап жатыр.
error-failed = Болмады: { $cause }

what-bulletin = хабарлама
what-committee = комитет
what-member = мүше
what-id = нөмір
what-channel = арна
what-peer = түйін
what-moment = күн немесе уақыт
what-address = мекенжай
what-path = жол
what-words = он екі сөздің тізімі
part-genesis = құрылтай хаттамасы
part-assent = құрылтайшының қолы
part-sheet = хаттама парағы
part-offer = қол қоюға шығарылған парақ
part-pass = басқа айналымға көшу
part-vote = хаттамаға қойылған қол
part-resolution = қарар
part-ballot = қарарға қойылған қол
part-device = автордың құрылғысы
part-bulletin = хабарлама

## Себептер: қатедегі { $cause } орнына қойылатыны

cause-absent = ол жоқ
cause-forbidden = жүйе рұқсат бермейді
cause-disk_full = дискіде орын жоқ
cause-read_only = дискіге жазуға болмайды
cause-exists = ондай атпен бірдеңе бар
cause-not_a_folder = жолдың бір бөлігі қалта емес
cause-is_a_folder = бұл — қалта
cause-not_text_inside = ішіндегісі UTF-8 мәтіні емес
cause-no_such_address = бұл машинада ондай мекенжай жоқ
cause-broke_off = жарты жолда үзілді
cause-system = жүйе бас тартты (қате { $code })
cause-name_empty = онда көрінетін ештеңе жоқ
cause-name_control = онда көрінбейтін немесе жазу бағытын өзгертетін таңбалар бар
cause-lifetime = хабарламаның мерзімі болашақта және жазылғаннан кейінгі 400 күн ішінде бітуі керек
cause-far_ahead = оның күні осы машинаның сағатынан тым алда
cause-quorum = кворум 1/2 мен 2/3 аралығында болады
cause-place = аумақтың не саланың атауы тым ұзын
cause-malformed = пішім ережесі бұзылған ({ $text })
cause-keystore_damaged = { $path } бүлінген немесе оны жаңарақ бағдарлама жазған
cause-keystore_exposed = { $path } файлын басқалар оқи алады; оларға жабыңыз: chmod 600
cause-record_damaged = осы қалтаның бір жазбасы оқылмайды
cause-store_damaged = ол бүлінген; қайта іске қосылса, оқылатыны сақталады
cause-store_newer = оны жаңарақ бағдарлама жазған (нұсқасы { $found }, ал мынау { $known } нұсқасын біледі)
cause-store_failed = жазу сәтсіз болды, содан бері ештеңе жазылмайды
cause-socket_path_long = сокетінің жолы тым ұзын
cause-home_taken = оны басқа процесс алып қойған
cause-no_randomness = жүйе кездейсоқ сандар бермейді
cause-node_refused = түйін мұны қабылдамады ({ $reason })
cause-config_syntax = { $line }-жол TOML емес немесе мәні басқа түрлі
cause-config_range = { $key } = { $value }, ал { $least } мен { $most } аралығында болуы керек
cause-config_choice = { $key } = { $value }, ал мыналардың бірі болуы керек: { $choices }
cause-config_value = { $key } үшін «{ $value }» жарамайды
cause-config_long = ол { $limit } байттан ұзын
cause-not_a_socket = ол жерде басқа нәрсе жатыр
cause-certificate_foreign = бұл куәлік емес
cause-certificate_version = оның { $found } нұсқасын бұл бағдарлама білмейді
cause-certificate_torn = ол үзіліп қалған; { $whole } байттың { $found } байты ғана бар
cause-certificate_trailing = соңынан кейін тағы бірдеңе бар
cause-certificate_long = ол { $limit } байттан ұзын, не ондағы хаттама тексеруге болатыннан көп
cause-certificate_form = ол бүлінген
cause-certificate_altered = { $part } — қол қойылғаннан өзгеше
cause-certificate_misplaced = { $part } — өз орнында емес
cause-certificate_repeated = { $part } екі рет тұр
cause-certificate_order = { $part } ретімен тұрған жоқ
cause-certificate_name = комитеттің атауы құрылтайшылар қол қойған атау емес
cause-certificate_founders = құрылтайшылардың қолдары жетпейді ({ $count })
cause-certificate_not_a_voter = { $part } — ол жерде дауысы жоқ адамнан
cause-certificate_unjustified = { $part } — ережеде жоқ негізге сүйенеді
cause-certificate_sheet = № { $no } хаттама бола алмайды
cause-certificate_too_few = қол аз: { $signed }, ал керегі { $needed } ({ $part })
cause-certificate_under = шешім сүйенетін хаттама мұнда жоқ
cause-certificate_other_no = мұндағы № { $no } сіз негізге алған хаттама емес
cause-certificate_ends = мұндағы хаттамалар № { $newest } дейін ғана, ал сіздің негізіңіз — № { $no }
cause-certificate_words = мұндағы бірде-бір хаттаманың сөздері мұндай емес; олар басқа комитеттікі немесе бұл білмейтін хаттаманікі
cause-certificate_not_public = ондағы хабарлама жұртқа арнап жазылмаған
cause-certificate_device = ондағы хабарламаны комитет мүшесінің құрылғысы жазбаған
cause-certificate_no_office = хабарламаның авторы ол кезде өкіл болмаған
cause-certificate_recalled = хабарламаның авторын № { $no } кері шақырған
cause-certificate_no_text = онда оқитын ештеңе жоқ
cause-unforeseen = күтпеген жағдай ({ $text })

## Сұрақтар және уақыт алатын істер

ask-name = Атыңыз кім?
ask-passphrase = Құпиясөз:
ask-new-passphrase = Жаңа құпиясөз:
ask-passphrase-again = Тағы бір рет:
ask-text = Жазыңыз да, бос жолда Ctrl-D басыңыз.
ask-leave = Бұл қалта комитетті ұмытады: кілттерін де, оқылғандарын да. Мүшелер тізімі өзгермейді. Жалғастыру үшін LEAVE деп теріңіз:
ask-erase-vote = Дауысыңыз бұл қалтада біржола өшіріледі. Жалғастыру үшін COPY деп теріңіз:
progress-unlocking = Кілттер ашылып жатыр…
progress-sealing = Кілттер жасалып жатыр…
progress-syncing = Байланыстағының бәрімен салыстырылып жатыр…
note-stays-unlocked = Кілттер `kenes up` ішінде `kenes lock` дегенше немесе оларды біраз уақыт ешкім қолданбағанша ашық тұрады.

## Бастау

init-done = Қалта ашылды: { $home }
init-words = Мына 24 сөзді қағазға жазып, осы машинадан бөлек сақтаңыз. Бұл сіздің қалпына келтіру кілтіңіз: қалғанының бәрі жоғалса, келесі нұсқа сізді солармен қайтарады; бұл нұсқа әзірге қайтара алмайды. Олар тек қазір көрсетіледі.
init-next = Әрі қарай: `kenes committee new АТАУЫ` немесе `kenes committee join ШАҚЫРУ`.
up-ends = Аяқталып жатыр…
up-unlock = Кілттер құлыптаулы; оларды басқа терезеде `kenes unlock` ашады. Келгені бәрібір сақталады.
up-end = Аяқтау үшін Ctrl-C.
desk-unlocked = Кілттер ашық.
desk-locked = Кілттер құлыптаулы.
home-only-done = Дауысыңыз осы қалтада қалды.
home-copy-done = Дауысыңыз мұнда өшірілді. Бұл қалтада оқып, жаза бересіз.
home-nothing = Шешетін ештеңе болмады: бұл қалта көшірілмеген немесе дауыс жалғыз сізде емес.
desk-state-uninitialised = әлі жоқ
desk-state-locked = құлыптаулы
desk-state-unlocked = ашық
desk-state-absent = жоқ: ретранслятор

## Жағдай

status-person = Жұмыс істеп тұр.
status-relay = Ретранслятор болып жұмыс істеп тұр.
status-not-up = Іске қосылмаған.
status-stored = { $channels } арнада { $envelopes } конверт, { $size }.
status-queued = Сіздің { $count } конвертіңіз біреумен кездесуді күтіп тұр.
status-last-sync = Басқалармен соңғы салыстыру: { $when }.
status-no-sync = Әлі ешкіммен салыстырылмаған.
status-peers = { $count ->
    [0] Байланыста ешкім жоқ.
   *[other] Байланыста { $count } түйін бар:
}
status-clock = Бұл машинаның сағаты { $when } көрсетіп тұр, бұлай болуы мүмкін емес. Түзетілгенше ештеңенің мерзімі бітпейді.
status-clock-ahead = Оның сағаты мұндағыдан { $hours } сағат алда.
status-clock-behind = Оның сағаты мұндағыдан { $hours } сағат артта.
status-damaged = { $count } конверт дискіден оқылмады; ол басқаларда болуы мүмкін.
status-records-damaged = Осы қалтаның { $count } жазбасы дискіден оқылмайды; жоғалғаны конвертпен қайта келгенде көрсетіледі.
status-salvaged = Қойма бүлінген екен. { $count } конверт сақтап қалынды; қалғаны басқалардан келеді. Бүлінгені мына жерде: { $path }.

check-home = Қалта
check-socket = Сокет
check-keystore = Кілттер қоймасы
check-process = Пайдаланып тұрған процесс
check-store = Қойма (конверт / көлемі)
check-salvaged = Қойма бүлініп, шетке қойылды
check-records = Жазбалар (барлығы / бүлінгені)
check-clock = Сағат

## Комитеттер

committee-founded = «{ $name }» комитеті құрылды.
committee-rests-on-founder = Дауыс беретін үш адам болғанша, ол тек сіздің кілтіңізге сүйенеді.
committee-invite-next = Әрі қарай: `kenes committee invite`.
committee-none = Сіз әзірге ешбір комитетке кірмегенсіз.
committee-line = { "  " }{ $id } · { $standing } · { $unread ->
    [0] бәрі оқылған
   *[other] оқылмағаны: { $unread }
}
committee-paused = { $who }: қатысуы тоқтатыла тұрды. Бұдан былай осыны білетіндер жазғанды оқи алмайды.
committee-left = { $name } бұл қалтада ұмытылды.
committee-copied = Бұл қалта көшірілген немесе басқа жерге ауысқан. Дауысыңыз қайсысында қалатынын айтыңыз: `kenes home only` немесе `kenes home copy`.
committee-unnamed = (атауы әлі келген жоқ)
committee-size = { $members } мүше, { $voters } адамның дауыс құқығы бар.
committee-requests = { $count } адам өтініш берді: `kenes committee requests`.
committee-recipients = Бұдан былай жазылғанды { $count } құрылғы оқи алады.
member-steward = жауапты
standing-pending = өтініш берген
standing-probation = сынақ мерзімінде
standing-voter = дауыс құқығы бар
standing-suspended = қатысуы тоқтатыла тұрған
standing-removed = шығарылған
invite-one = Бір адамға, қолма-қол беріледі: кімнің қолында болса, сол өтініш бере алады, бірінші келген қабылданады.
invite-many = { $uses } адамға. Қабылдамас бұрын әрқайсысымен сөздерді салыстырыңыз: `kenes committee requests`.
join-asked = Өтініш берілді. Ол келесі кездесуде кетеді, жауап та солай келеді; бір мезгілде байланыста болу қажет емес.
requests-none = Өтініш берген ешкім жоқ.
request-line = { "  " }{ $id } · { $when }
request-held = Кідіртілді: шақыру бір адамға арналған еді, ал біреу келіп қойған. Оны біреу көшіріп алған болуы мүмкін.
request-namesake = Кідіртілді: мүшенің не басқа өтініштің аты дәл осындай немесе соған ұқсас. Бұл кім екеніне көз жеткізіңіз.
request-declined = { $who }: өтініші енді көрсетілмейді.
request-compare = Мына сөздерді дауыстап немесе бетпе-бет салыстырыңыз:
request-admitted = { $who } сынақ мерзімімен қабылданды.

## Хабарламалар

bulletin-posted = Жазылды: { $id }
bulletin-waits = Ол осында сенімді сақталды, келесі `kenes up` кезінде кетеді.
bulletin-none = Хабарлама жоқ.
bulletin-unreadable = { $count } хабарлама дискіден оқылмады; ол өз конвертімен бірге қайта келеді.
bulletin-more = { $total } хабарламаның { $shown } көрсетілді; көбірегін `--limit N` көрсетеді.
bulletin-line = { $author }, { $committee }, { $when }
bulletin-urgent = Шұғыл
bulletin-public = Жұртқа ашық
bulletin-corrected = Авторы мұны түзеткен.
bulletin-retracted = Авторы мұны қайтарып алған.
bulletin-expired = Мерзімі біткен.
bulletin-unknown = Мұндағы кітап бойынша ешкімге тиесілі емес құрылғыдан жазылған.
author-unknown = белгісіз біреу
bulletin-forked = Бұл құрылғы бір орында екі түрлі сөз айтқан. Біреуі иесінікі болмауы мүмкін.
bulletin-author-paused = Авторының қатысуы кейін тоқтатыла тұрған; бұл соған дейін жазылған болып саналады.
bulletin-gap = { $author } жазған бұрынғы { $count } хабарлама мұнда жетпеген.
watch-begins = Жаңа хабарламаларды күтіп тұрмын. Аяқтау үшін Ctrl-C.
watch-missed = { $count } оқиға өтіп кетті; бәрін `kenes bulletin list` көрсетеді.
watch-command-failed = Пәрмен { $code } кодымен аяқталды.

## Куәлік нені дәлелдейді

verify-resolution = Өзін «{ $name }» деп атайтын комитеттің қарары
verify-bulletin = Өзін «{ $name }» деп атайтын комитеттің жұртқа хабарламасы
verify-minutes = Өзін «{ $name }» деп атайтын комитеттің хаттамалары
verify-signed = Оның № { $no } хаттамасы бойынша дауыс беретін { $voters } адамның { $signed } қол қойған; керегі — { $needed }.
verify-office = Оны № { $no } хаттама тағайындаған өкіл жазған; хаттамаға { $voters } адамның { $signed } қол қойған, керегі — { $needed }.
verify-decided = Соңғы хаттама — № { $no }, оған { $voters } адамның { $signed } қол қойған; керегі — { $needed }.
verify-founded = Құрылтайшысы — { $voters }, бәрі қол қойған: { $signed } / { $needed }.
verify-known = Бұл қалта комитетті біледі: сіз оның мүшесісіз, мұндағы кітабы № { $no } дейін жетеді.
verify-words-fit = Бұл — сіз № { $no } хаттамасын негізге алған комитет.
verify-compare = Комитетті «{ $name }» деп кез келген адам атай алады. Бұл қайсысы екенін мына сөздер ғана айтады:
verify-words = { "  " }№ { $no }: { $words }
verify-compare-how = Оларды плакатпен, қағазбен немесе телефон арқылы салыстырыңыз. Қолыңызда басқа хаттаманың сөздері болса: --words "…".
verify-unknown = Бұл қалта мұндай комитетті білмейді.
verify-namesake = Сіздің бір комитетіңіздің атауы дәл осындай немесе соған ұқсас, ал бұл — БАСҚАСЫ.
warning-one-key = Дауыс бергендер үшеуден аз: мұның бәрін бір не екі кілті бар адам жасай алар еді.
warning-no-checkpoint = Салыстыратын ештеңе берілмеді. Комитеттің ескі кілттерін басып алған адам сол кезден бергі хаттамаларды ойдан шығара алады.
warning-signed-late = Сіздің негізіңіз — № { $no }, ал бұл ескірек хаттама бойынша: содан бері ескі кілттерді алған адам кейін қол қоя алар еді.
warning-newer-minutes = Жаңарақ хаттама бар: № { $no }.
warning-no-longer-spokesperson = Авторы енді өкіл емес.
warning-signers-removed = Қол қойғандардың { $count } енді дауыс бермейді (соңғы хаттама — № { $no }).
warning-signers-out = Қол қойғандардың { $count } қатысуы тоқтатыла тұрған немесе бірін-бірі жоққа шығаратын екі нәрсеге қол қойған. Мұны осы қалтадағы кітап айтады.
warning-continues = Ол { $other } комитетін жалғастырамын дейді. Мұны ештеңе дәлелдемейді.
warning-only-this = Бұдан ешкім біле алмайтыны: кімнің қатысуы тоқтатылды, кім мәжбүрленді, комитет содан бері нені қайтарып алды не шешті.

## Түйіндер, арналар, салыстыру

peers-none = Түйін жоқ.
peers-added = { $address } қосылды.
peers-dropped = { $peer } алынып тасталды.
peers-blocked = { $peer } бұғатталды.
peers-since = { "  " }Байланыста: { $when } бері
peers-charges = { "  " }{ $count } рет бұзақылық жасаған
carry-none = Сақталып жатқан арна жоқ.
carry-added = { $channel } сақталады.
carry-dropped = { $channel } енді сақталмайды.
carry-stored = { "  " }{ $envelopes } конверт, { $size }
carry-forked = { "  " }Оның тізімдерінің екі тармағына қол қойылған. Жауаптылардан жүздесіп сұраңыз.
carry-for-others = { "  " }Басқалар үшін
sync-done = Алынғаны { $received }, жіберілгені { $sent }, қабылданбағаны { $refused }, қызметтік дерек { $overhead }.

## Әрі қарай не істеуге болады

next-title = Әрі қарай не істеуге болады:
next-help = Барлық пәрменді `kenes --help` көрсетеді.
next-demo = Қалай жұмыс істейтінін көру: осы машинада өтіп, соңын өзі жинайтын оқиға.
next-init = Өз қалтаңызды ашу.
next-relay = Ештеңе оқымай, басқалар үшін сақтау.
next-up = Басқалармен кездесу: жазғаныңызды береді, олар жазғанды алады.
next-read = Оқу. Бұған желі керек емес.
next-write = Жазу. Бұған желі керек емес.
next-unlock = Кілттер құлыптаулы.
next-found = Комитет құру.
next-join = Немесе шақырумен кіру.
next-pending = Сіз өтініш бергенсіз; қабылданған-қабылданбағаныңызды көріңіз.
next-unread = Оқитын жаңа нәрсе бар.
next-status = Кіммен байланыста екеніңізді көру.
next-relay-runs = Мұнда ретранслятор жұмыс істеп тұр.
next-carry = Не сақтап тұрғанын көру.

## Оқиға

demo-set-up = Үш адам өз қалтасын ашады: біреуі Ақтауда, екеуі Теміртауда. Қалалардың орнында осы машинадағы уақытша қалталар.
demo-relay = Қалалардың арасында біреу ретранслятор ұстап отыр. Онда кілт жоқ, ешкім ештеңе оқымайды.
demo-found = Ақтаудағы { $name } комитет құрады.
demo-invite = Ол екеуіне бір-бір шақыру береді. Екеуі де ештеңе іске қосылмай тұрғанда өтініш жазады.
demo-introduce = { $name } ретранслятордың жанынан өтеді, ол комитеттің арнасын сақтай бастайды. Ол нөмір мен бүркеншік аттарды ғана біледі, бірде-бір есім білмейді.
demo-ask = Екеуі ретранслятордың жанынан өтіп, өтініштерін қалдырады.
demo-admit = Олар кетті. { $name } келіп, өтініштерді табады да, екеуін қабылдайды.
demo-welcome = Ол кетті. Екеуі қайта өтіп, жауапты табады. Олар бірде-бір рет бір мезгілде байланыста болған жоқ.
demo-write = Енді қалалар бір-бірінен үзілді, әркім ештеңе іске қосылмай тұрғанда жазады:
demo-quote = { "  " }{ $author }: { $text }
demo-meet-aktau = { $name } ретранслятордың жанынан өтіп, қайтадан байланыстан шығады.
demo-meet-temirtau = Теміртау өтіп бара жатып, жазғанын қалдырады, Ақтаудан келгенін алады.
demo-meet-again = { $name } тағы бір рет өтеді.
demo-read = Ешкім байланыста емес. Әрқайсысы бәрін оқиды:
demo-has-read = { "  " }{ $name }: үшеуі де бар.
demo-relay-ends = Ретранслятор сөндіріледі.
demo-search = Ретранслятор қолға түсті, файлдарының әр байты тінтіледі.
demo-search-done = Бірде-бір сөйлем жоқ. Ал арнаның нөмірі бар: іздеу табуға болатынды табады.
demo-end = Болды. Соңы жиналды.
demo-too-long = Оқиға аяқталмай қалды.
