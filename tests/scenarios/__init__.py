"""Every way a call can go, through the phonebooth: twice, and each disturbed."""
