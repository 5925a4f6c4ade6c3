; The installer for Windows (Inno Setup 6.3 or newer). Not tried yet: it was written without a Windows at hand.
; ISCC /DVersion=0.1.0 /DEdition=goalgetter /DProgram=dist\goalgetter /O"dist" goalgetter.iss
#define Name "GoalGetter"

[Setup]
AppId={{7A1B0F7C-52B6-4B5B-9E57-3E0B6E0C6C1D}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
; For the person alone; an administrator may install it for everybody.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Program}\_internal\LICENSE
OutputBaseFilename={#Edition}-{#Version}-windows-setup
SetupIconFile={#Program}\_internal\resources\icons\app\goalgetter.ico
UninstallDisplayIcon={app}\goalgetter.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
ChangesAssociations=yes
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one does not. The person's data lies elsewhere and is never touched.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\{#Name}"; Filename: "{app}\goalgetter.exe"; AppUserModelID: "GoalGetter"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\goalgetter.exe"; Tasks: desktopicon; AppUserModelID: "GoalGetter"

[Registry]
Root: HKA; Subkey: "Software\Classes\goalgetter"; ValueType: string; ValueData: "URL:GoalGetter"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\goalgetter"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\goalgetter\shell\open\command"; ValueType: string; ValueData: """{app}\goalgetter.exe"" ""%1"""

[Run]
Filename: "{app}\goalgetter.exe"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent
