package browsertest

import (
	"os"
	"path/filepath"
	"strings"
)

// How the story ends: deleted, restored, deleted again, purged, and nothing of the secret left anywhere.

func (s *story) deletesIt() {
	s.visit("/credentials?q=registry")
	s.click("link", "Registry")
	s.sees("Registry")
	s.click("link", "Delete credential")
	s.sees("Delete Registry?")
	s.reads("Field data", "Never used")
	s.click("button", "Schedule deletion")
	s.sees("Registry")
	s.reads("Deletion in 7 days")
	s.find("button", "Restore")
	s.find("button", "Delete now")
	s.inTheProject(false)

	s.visit("/credentials?q=registry")
	s.reads("Deletion in 7 days")
	s.click("link", "Registry")
	s.sees("Registry")
}

func (s *story) restoresIt() {
	s.click("button", "Restore")
	s.reads("Credential restored.")
	s.find("link", "Delete credential")
	s.inTheProject(true)
}

// inTheProject looks whether the project has the credential.
func (s *story) inTheProject(want bool) {
	s.goes("Projects")
	s.click("link", "Field data")
	s.sees("Field data")
	s.visit(eval[string](s.person, `location.href`) + "/credentials")
	s.sees("Credentials")
	if want {
		s.find("link", "Registry")
		return
	}
	s.reads("This project has no credentials yet")
	s.lacks("link", "Registry")
}

// startsWithoutGrace starts the program again, with what it has, and no time between deletion and purge.
func (s *story) startsWithoutGrace() {
	s.prog.stop()
	s.prog = start(s.t, s.at, map[string]string{"HOLDFAST_PURGE_EVERY": "50ms", "HOLDFAST_PURGE_DELETED_AFTER_DAYS": "0"})
	if s.prog.setup != "" {
		s.t.Error("the setup link is offered again, though there is a user")
	}
	s.person = s.b.sit(s.prog.url) // still signed in
	s.secrets = []string{secret, typedSecret, adminPassword}
}

// deletesItForGood schedules, and the ticker does the rest.
func (s *story) deletesItForGood() {
	s.visit("/credentials?q=registry")
	s.click("link", "Registry")
	s.sees("Registry")
	s.click("link", "Delete credential")
	s.sees("Delete Registry?")
	s.reads("At the next run of the purge")
	s.click("button", "Schedule deletion")
	s.leaves("Delete Registry?") // to its page, if the ticker was slow enough
	s.goneFrom("/credentials?q=registry")
	s.inTheProject(false)
}

func (s *story) readsTheAudit() {
	s.click("link", "Administration")
	s.sees("Users")
	s.goes("Audit")
	for _, event := range []string{
		"created the user", "signed in", "created the project", "created the credential",
		"shared the credential with a project", "changed the credential", "scheduled the credential for deletion",
		"restored the credential", "deleted the credential",
	} {
		s.reads(event)
	}
}

// searchesForTheSecret looks where no secret may be: the log, and on SQLite every byte on disk.
func (s *story) searchesForTheSecret() {
	places := map[string]string{"the log": s.prog.log.String()}
	if s.at.dir != "" {
		files, err := filepath.Glob(filepath.Join(s.at.dir, "*"))
		if err != nil || len(files) == 0 {
			s.t.Fatalf("find what is on disk: %v, %v", files, err)
		}
		for _, file := range files {
			bytes, err := os.ReadFile(file)
			if err != nil {
				s.t.Fatal(err)
			}
			places[file] = string(bytes)
		}
	}
	for place, text := range places {
		for _, secret := range []string{secret, typedSecret, adminPassword} {
			if strings.Contains(text, secret) {
				s.t.Errorf("a secret is in %s", place)
			}
		}
	}
}
