"""What calls us from outside: carriers and gateways, with texts and with reports on ours."""
