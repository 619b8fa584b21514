package to_test

import (
	"testing"

	"holdfast/views/to"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	cases := []struct{ got, want string }{
		{to.SignInThen("/projects?a=b"), "/sign-in?next=%2Fprojects%3Fa%3Db"},
		{to.SignInThen(""), "/sign-in"},
		{to.SetupWith("a b&c"), "/setup?token=a+b%26c"},
		{to.Access("a/b?c"), "/access/a%2Fb%3Fc"},
		{to.CredentialsWith(to.CredentialFilter{}), "/credentials"},
		{to.CredentialsWith(to.CredentialFilter{Q: "a&b", State: "scheduled"}), "/credentials?q=a%26b&state=scheduled"},
		{to.CredentialsWith(to.CredentialFilter{Q: "x", After: "old"}.From("new")), "/credentials?after=new&q=x"},
		{to.NewCredential("whatsapp business"), "/credentials/new?kind=whatsapp+business"},
		{to.Credential("../admin"), "/credentials/..%2Fadmin"},
		{to.Unshare("c", "p"), "/credentials/c/projects/p/remove"},
		{to.ProjectCredentialsWith("p", to.CredentialFilter{Project: "p", Kind: "raw"}), "/projects/p/credentials?kind=raw"},
		{to.RemoveMember("p", 7), "/projects/p/members/7/remove"},
		{to.UserAccessLink(9), "/admin/users/9/access-link"},
		{to.AuditWith(to.AuditFilter{Actor: "ada", Before: "x"}.At("")), "/admin/audit?actor=ada"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}
