package credentials_test

import (
	"maps"

	"holdfast/models"
	"holdfast/models/credentials"
)

// draft is a form: its fields by their place in the body.
func draft(name string, fields map[string]string, projects ...models.ID) credentials.Draft {
	form := map[string][]string{}
	for input, value := range fields {
		form[input] = []string{value}
	}
	return credentials.Draft{Name: name, Form: form, Projects: projects}
}

// renamed is the form of a raw credential that changes its name alone.
func renamed(name string, version int64) credentials.Draft {
	d := draft(name, nil)
	d.Version = version
	return d
}

// postgres is a complete form of that kind with some fields replaced.
func postgres(name string, other map[string]string) credentials.Draft {
	fields := map[string]string{
		"body/host": "db.example.org", "body/port": "5432", "body/database": "records", "body/user": "app", "body/password": "s3cret-" + name,
	}
	maps.Copy(fields, other)
	return draft(name, fields)
}
